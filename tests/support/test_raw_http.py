from __future__ import annotations

import socket
import threading

from flask import Flask, request

from tests.support import raw_http
from tests.support.server import serve


def echo() -> Flask:
    app = Flask("echo")
    app.config["MAX_CONTENT_LENGTH"] = 64_000
    gate = threading.Barrier(5)

    @app.route("/", methods=["GET", "POST"])
    def home() -> dict[str, object]:
        return {"cookies": request.headers.getlist("Cookie"), "fields": request.form.to_dict(flat=False)}

    @app.post("/together")
    def together() -> dict[str, str]:
        gate.wait(10)
        return request.form.to_dict()

    return app


def test_two_cookies_of_one_name_and_raw_bytes_go_out_as_written() -> None:
    data = raw_http.request("GET", "/", [("Cookie", "a=1; a=2"), ("Cookie", b"b=\xff")])

    assert data.count(b"Cookie: ") == 2
    assert b"b=\xff\r\n" in data
    with serve(echo()) as url:
        answer = raw_http.exchange(url, data)
    assert answer.status == 200
    assert "a=1; a=2" in answer.text


def test_a_form_may_hold_one_field_twice() -> None:
    with serve(echo()) as url:
        answer = raw_http.exchange(url, raw_http.form("/", [("next", "/a"), ("next", "/b")]))

    assert '"next":["/a","/b"]' in answer.text.replace(" ", "")


def test_a_chunked_body_is_put_together() -> None:
    kind = [("Content-Type", "application/x-www-form-urlencoded"), ("Transfer-Encoding", "chunked")]
    with serve(echo()) as url:
        answer = raw_http.exchange(url, raw_http.request("POST", "/", kind, raw_http.chunked([b"a=", b"1"])))

    assert answer.status == 200
    assert '"a":["1"]' in answer.text.replace(" ", "")


def test_an_answer_that_comes_before_the_end_of_ten_megabytes_is_read_or_the_hangup_told() -> None:
    kind = [("Content-Type", "application/x-www-form-urlencoded")]
    with serve(echo()) as url:
        answer = raw_http.exchange(url, raw_http.request("POST", "/", kind, b"a=" + b"x" * 10_000_000))

    assert answer.status in {0, 413}


def test_requests_released_together_are_worked_on_side_by_side() -> None:
    with serve(echo()) as url:
        answers = raw_http.release_together(
            url, [raw_http.form("/together", [("number", str(number))]) for number in range(5)]
        )

    assert [answer.status for answer in answers] == [200] * 5
    assert ['"4"' in answer.text for answer in answers] == [False] * 4 + [True]


def test_a_server_that_hangs_up_gives_status_zero() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            server.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        answer = raw_http.exchange(f"http://127.0.0.1:{server.getsockname()[1]}", raw_http.request("GET", "/"))
        thread.join()

    assert answer.status == 0
