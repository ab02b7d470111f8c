from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import delete

from watchword.features.two_factor.models import RecoveryCode
from watchword.testing import PASSWORD, add_authenticator, code_of_app, csrf_token, login_as, submit
from watchword.testing.people import change


@pytest.fixture
def with_app(app, anna, clock):
    add_authenticator(app, anna)
    clock.pass_(minutes=1)
    return anna


@pytest.fixture
def inside(client, with_app):
    """A browser in which anna signed in with her app."""
    login_as(client, with_app, proofs=("pwd", "otp"))
    return client


def sign_in(client, **more):
    return submit(client, "/login", identifier="anna", password=PASSWORD, **more)


def key_on(page):
    return re.search(r'id="key">([A-Z2-7 ]+)<', page.text).group(1).replace(" ", "")


def codes_on(page):
    return re.findall(r"<code>([A-Z2-7-]{19})</code>", page.text)


def first_code(client, path, app):
    from watchword.features.two_factor import totp
    from watchword.web.setup import setup_of

    return totp.code_at(key_on(client.get(path)), totp.step_at(setup_of(app).tools.clock.now()))


def test_an_app_is_set_up_in_three_steps_and_its_recovery_codes_follow(app, signed_in, anna):
    started = submit(signed_in, "/account/two-factor/start", form_at="/account/security")
    assert (started.status_code, started.location) == (303, "/account/two-factor/set-up")
    page = signed_in.get(started.location)
    address = unescape(re.search(r'href="(otpauth://[^"]+)"', page.text).group(1))
    assert key_on(page) in address
    assert "anna%40example.com" in address
    assert "style=" not in page.text

    code = first_code(signed_in, started.location, app)
    done = submit(signed_in, started.location, code=f"{code[:3]} {code[3:]}", label="Phone")

    assert done.status_code == 200
    assert len(codes_on(done)) == 10
    assert done.headers["Cache-Control"] == "no-store"
    security = signed_in.get("/account/security")
    assert "Phone" in security.text
    assert "10 of 10 left" in security.text
    assert not set(codes_on(done)) & set(re.findall(r"[A-Z2-7-]{19}", security.text))


def test_a_wrong_first_code_leaves_the_same_key_on_the_page(signed_in):
    submit(signed_in, "/account/two-factor/start", form_at="/account/security")
    before = key_on(signed_in.get("/account/two-factor/set-up"))

    answer = submit(signed_in, "/account/two-factor/set-up", code="000000", label="Phone")

    assert answer.status_code == 422
    assert key_on(answer) == before
    assert "<title>Error: " in answer.text


def test_without_a_start_the_set_up_page_offers_one(signed_in):
    page = signed_in.get("/account/two-factor/set-up")

    assert 'action="/account/two-factor/start"' in page.text
    assert "otpauth" not in page.text


def test_the_sign_in_asks_for_the_code_and_leads_where_one_wanted(app, client, with_app):
    asked = sign_in(client, next="/account/sessions")
    assert (asked.status_code, asked.location) == (303, "/login/code")
    page = client.get("/login/code")
    assert page.text.count('autocomplete="one-time-code"') == 1
    assert client.get("/account").status_code == 303

    done = submit(client, "/login/code", code=code_of_app(app, with_app))

    assert (done.status_code, done.location) == (303, "/account/sessions")
    assert client.get("/account").status_code == 200


def test_a_used_code_says_to_wait_for_the_next(app, client, with_app):
    code = code_of_app(app, with_app)
    other = app.test_client()
    for browser in (client, other):
        sign_in(browser)
    submit(client, "/login/code", code=code)

    answer = submit(other, "/login/code", code=code)

    assert answer.status_code == 422
    assert "Wait for the next code" in answer.text


def test_after_five_wrong_codes_the_sign_in_starts_again(app, client, with_app):
    sign_in(client)
    for words in ("4 tries left", "3 tries left", "2 tries left", "1 try left", "No tries left"):
        wrong = submit(client, "/login/code", code="000000")
        assert (wrong.status_code, words in wrong.text) == (422, True)

    again = client.get("/login/code")

    assert (again.status_code, again.location) == (303, "/login")
    assert "Start again" in client.get("/login").text


def test_without_a_waiting_sign_in_there_is_no_code_to_type(client):
    for path in ("/login/code", "/login/set-up"):
        assert client.get(path).location == "/login"


def test_e17_a_recovery_code_signs_in_is_counted_and_its_owner_is_mailed(app, signed_in, deliver, mailbox):
    submit(signed_in, "/account/two-factor/start", form_at="/account/security")
    code = first_code(signed_in, "/account/two-factor/set-up", app)
    codes = codes_on(submit(signed_in, "/account/two-factor/set-up", code=code, label="Phone"))
    other = app.test_client()
    sign_in(other)

    assert submit(other, "/login/code", code=codes[0].lower()).status_code == 303
    assert "9 of 10 left" in other.get("/account/security").text
    deliver()
    subjects = [str(mail["Subject"]) for mail in mailbox.to("anna@example.com")]
    (used,) = (at for at, subject in enumerate(subjects) if "recovery code of your account" in subject)
    assert "Codes left: 9." in mailbox.text(used)


def test_the_shown_codes_are_given_back_as_a_file_and_nothing_else_is(app, inside):
    page = submit(inside, "/account/two-factor/recovery-codes")
    codes = codes_on(page)
    token = csrf_token(inside, "/account/two-factor/recovery-codes")
    path = "/account/two-factor/recovery-codes/download"

    file = inside.post(path, data={"csrf_token": token, "codes": " ".join(codes)})
    odd = inside.post(path, data={"csrf_token": token, "codes": "<script>alert(1)</script>"})

    assert file.mimetype == "text/plain"
    assert file.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert file.text.split() == codes
    assert odd.status_code == 422
    assert inside.get(path).status_code == 405


def test_few_codes_are_warned_of(app, inside):
    codes = codes_on(submit(inside, "/account/two-factor/recovery-codes"))
    assert "Running low" not in inside.get("/account/security").text
    for code in codes[:7]:
        browser = app.test_client()
        sign_in(browser)
        submit(browser, "/login/code", code=code)

    page = inside.get("/account/security").text

    assert "Running low" in page
    assert "You have 3 of 10 left." in page


def test_an_app_is_renamed_and_removed(inside):
    path = re.search(r"/account/two-factor/[0-9a-f]{32}", inside.get("/account/security").text).group(0)

    assert submit(inside, path, label="My <b>phone</b>").status_code == 303
    assert "My &lt;b&gt;phone&lt;/b&gt;" in inside.get(f"{path}/remove").text
    assert submit(inside, f"{path}/remove").status_code == 303
    assert inside.get(path).status_code == 404


def test_an_app_of_somebody_else_is_not_there(app, client, with_app):
    from watchword.testing import make_user

    login_as(client, with_app, proofs=("pwd", "otp"))
    path = re.search(r"/account/two-factor/[0-9a-f]{32}", client.get("/account/security").text).group(0)
    stranger = app.test_client()
    login_as(stranger, make_user(app, "berta"))

    for each in (path, f"{path}/remove", "/account/two-factor/nothing"):
        assert stranger.get(each).status_code == 404


def test_who_must_have_a_second_factor_sets_one_up_while_signing_in(make_app):
    from watchword.testing import make_user

    app = make_app(WATCHWORD_TWO_FACTOR_REQUIRED=True)
    make_user(app, "anna")
    client = app.test_client()
    asked = sign_in(client, next="/account/sessions")
    assert (asked.status_code, asked.location) == (303, "/login/set-up")
    assert client.get("/account").status_code == 303
    submit(client, "/login/set-up/start", form_at="/login/set-up")

    done = submit(client, "/login/set-up", code=first_code(client, "/login/set-up", app), label="Phone")

    assert len(codes_on(done)) == 10
    assert 'href="/account/sessions"' in done.text
    assert client.get("/account").status_code == 200
    token = re.search(r'name="csrf_token" value="([^"]+)"', done.text).group(1)
    path = "/account/two-factor/recovery-codes/download"
    assert client.post(path, data={"csrf_token": token, "codes": codes_on(done)[0]}).status_code == 200


def test_signing_out_half_way_forgets_the_sign_in(app, client, with_app):
    sign_in(client)
    held = client.get_cookie("watchword-pre").value
    submit(client, "/logout")

    assert client.get("/login/code").location == "/login"
    client.set_cookie("watchword-pre", held)
    assert client.get("/login/code").location == "/login"


def test_a_password_alone_changes_no_factor_of_somebody_who_has_one(app, client, with_app, clock):
    login_as(client, with_app)  # as on a browser that was trusted
    path = client.get("/account/security").text.partition('href="/account/two-factor/')[2].partition('"')[0]
    wanted = f"/account/two-factor/{path}/remove"

    asked = client.get(wanted)
    assert asked.location.startswith("/account/confirm?next=")
    page = client.get(asked.location)
    assert 'name="code"' in page.text
    assert 'name="password"' not in page.text
    done = submit(client, asked.location, method="authenticator", code=code_of_app(app, with_app))

    assert done.location == wanted
    assert client.get(wanted).status_code == 200


def test_with_the_password_nobody_confirms_who_has_an_app(client, with_app, clock):
    login_as(client, with_app)

    answer = submit(client, "/account/confirm?next=/account", method="password", password=PASSWORD)

    assert answer.status_code == 422


def test_who_has_no_second_step_is_offered_all_that_can_be_set_up_here(app, make_app, anna):
    with_messages = make_app(WATCHWORD_SMS_SENDER="console:", WATCHWORD_SMS_COUNTRIES="DE")
    offered = {}
    for name, each in {"usual": app, "with messages": with_messages}.items():
        client = each.test_client()
        login_as(client, anna)
        assert 'href="/account/two-factor"' in client.get("/account/security").text
        page = client.get("/account/two-factor").text
        offered[name] = re.findall(r'(?:data-answer|action|href)="(/account/(?:passkeys|two-factor/[a-z]+))"', page)

    assert offered["usual"] == ["/account/passkeys", "/account/two-factor/start"]
    assert offered["with messages"] == [*offered["usual"], "/account/two-factor/phone"]


def test_the_security_page_opens_with_three_steps_each_with_one_action(app, client, anna):
    login_as(client, anna, proofs=("pwd", "otp"))
    before = check_of(client)
    add_authenticator(app, anna)
    after = check_of(client)
    with change(app) as scope:
        scope.db.execute(delete(RecoveryCode).where(RecoveryCode.id > 3))
    low = check_of(client)

    assert (before.count("Done"), "Set one up" in before, "Make a new set" in before) == (1, True, False)
    assert (after.count("Done"), "Set one up" in after, "All three" in after) == (3, False, True)
    assert (low.count("Done"), "You have 3 of 10 left" in low, "Make a new set" in low) == (2, True, True)


@pytest.mark.parametrize("path", ["/login/code", "/login/set-up"])
def test_another_site_can_put_no_word_of_ours_on_the_next_page(client, path):
    assert client.post(path, data={"code": "000000"}).status_code == 403
    assert client.post(path, data={"csrf_token": csrf_token(client, "/login")}).location == "/login"


def check_of(client):
    """The check at the top of the security page."""
    page = client.get("/account/security").text
    start = page.index('aria-labelledby="check"')
    return page[start : page.index("</section>", start)]
