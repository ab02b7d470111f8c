"""Mails into a folder and onto the terminal."""

from __future__ import annotations

import email
import os
import stat
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from watchword.core.mail import MailDelayed
from watchword.features.outbox import mailbox
from watchword.features.outbox.carriers import ConsoleCarrier, FileCarrier, SmtpCarrier, carrier_for


def message(number: int = 1, text: str = "Hello") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "no-reply@example.com", "anna@example.com"
    made["Subject"], made["Message-ID"] = f"Mail {number}", f"<{number}@example.com>"
    made.set_content(text)
    return made


def test_each_setting_gives_its_carrier(tmp_path: Path) -> None:
    development, folder, outside, server = (
        carrier_for(url, tmp_path) for url in ("", "file:mails/", f"file:{tmp_path}/x", "smtp://mail.example.com")
    )

    assert isinstance(development, FileCarrier)
    assert development.folder == tmp_path / "mailbox"
    assert isinstance(folder, FileCarrier)
    assert folder.folder == tmp_path / "mails"
    assert isinstance(outside, FileCarrier)
    assert outside.folder == tmp_path / "x"
    assert isinstance(server, SmtpCarrier)
    assert isinstance(carrier_for("console:", tmp_path), ConsoleCarrier)


def test_a_carrier_never_shows_its_password(tmp_path: Path) -> None:
    assert "hunter2" not in repr(carrier_for("smtp://user:hunter2@mail.example.com", tmp_path))


def test_a_folder_gets_one_file_for_each_mail_readable_by_us_alone(tmp_path: Path) -> None:
    carrier = FileCarrier(tmp_path / "deep" / "mails")

    carrier.carry(message(1))
    carrier.carry(message(2))

    files = list(carrier.folder.iterdir())
    assert [path.suffix for path in files] == [".eml", ".eml"]
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert stat.S_IMODE(carrier.folder.stat().st_mode) == 0o700
    read = email.message_from_bytes(files[0].read_bytes(), policy=default)
    assert read["To"] == "anna@example.com"


def test_the_same_mail_again_is_still_one_file(tmp_path: Path) -> None:
    carrier = FileCarrier(tmp_path)

    carrier.carry(message(1, "first"))
    carrier.carry(message(1, "again"))

    assert len(list(tmp_path.iterdir())) == 1


def test_a_message_id_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    strange = message()
    del strange["Message-ID"]
    strange["Message-ID"] = "<../../x@example.com>"

    FileCarrier(tmp_path / "mails").carry(strange)

    assert [path.name for path in tmp_path.iterdir()] == ["mails"]


def test_a_folder_that_can_not_be_written_delays_and_leaves_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "mails").write_text("in the way")

    with pytest.raises(MailDelayed):
        FileCarrier(tmp_path / "mails").carry(message())


def test_the_terminal_shows_the_text_and_nothing_that_moves_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleCarrier().carry(message(text="Your link: https://login.example.com/x\x1b[2J\x07\x9b1A\n"))

    shown = capsys.readouterr().out
    assert "Subject: Mail 1" in shown
    assert "https://login.example.com/x" in shown
    assert all(one.isprintable() or one == "\n" for one in shown)


def test_the_mailbox_lists_the_newest_mail_first(tmp_path: Path) -> None:
    carrier = FileCarrier(tmp_path)
    for number in (1, 2, 3):
        carrier.carry(message(number))
        newest = max(tmp_path.glob("*.eml"), key=lambda path: path.stat().st_ctime_ns)
        os.utime(newest, (number, number))

    assert [mail.subject for mail in mailbox.newest(tmp_path)] == ["Mail 3", "Mail 2", "Mail 1"]


def test_the_mailbox_finds_only_its_own_files(tmp_path: Path) -> None:
    carrier = FileCarrier(tmp_path / "mails")
    carrier.carry(message())
    (tmp_path / "secret.eml").write_text("Subject: secret\n\n")
    (tmp_path / "mails" / "notes.eml").write_text("Subject: notes\n\n")
    (own,) = mailbox.newest(tmp_path / "mails")

    assert mailbox.find(tmp_path / "mails", own.id) == own
    for name in ("../secret", "notes", "", "0" * 32, "\x00", own.id.upper()):
        assert mailbox.find(tmp_path / "mails", name) is None


def test_a_mailbox_without_a_folder_is_empty(tmp_path: Path) -> None:
    assert mailbox.newest(tmp_path / "nowhere") == []
