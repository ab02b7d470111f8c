from __future__ import annotations

import os
import subprocess
import sys

import pytest

from watchword.core.later import Later

START = """
import os, sys
from flask import Flask
from watchword import Watchword, current_user, login_required

app = Flask("host", instance_path=sys.argv[1])
app.config.update(TESTING=True, DATABASE_URL=f"sqlite:///{sys.argv[1]}/host.db")
Watchword(app)
print(*sorted({"babel"} & set(sys.modules)))
app.get("/page")(login_required(lambda: current_user.username))
assert app.test_client().get("/page").status_code == 303
waits = {"argon2", "cryptography", "email.headerregistry", "email.policy", "fido2", "segno", "smtplib", "zxcvbn_rs_py"}
print(*sorted(waits & set(sys.modules)))
"""
NAMES = """
import sys
from watchword import Watchword, current_user, login_required

Watchword()
login_required(lambda: current_user.username)
print(*sorted({"babel", "sqlalchemy", "watchword.assembly", "wtforms"} & set(sys.modules)))
"""


def test_a_module_is_loaded_at_its_first_use():
    name = "xml.sax.xmlreader"
    sys.modules.pop(name, None)
    later = Later(name, needs="xml")
    assert name not in sys.modules

    assert later.Locator.__name__ == "Locator"
    assert name in sys.modules


def test_a_missing_package_is_told_before_its_first_use():
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        Later("watchword.core.vault", needs="no_such_package")


def test_to_name_the_front_door_and_its_guards_loads_no_tables_and_no_forms():
    done = subprocess.run([sys.executable, "-c", NAMES], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_a_start_and_a_page_load_nothing_that_waits_for_a_hash_a_mail_or_a_passkey(tmp_path):
    env = {name: value for name, value in os.environ.items() if not name.startswith("WATCHWORD_")}
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path)],
        env={**env, "FLASK_RUN_FROM_CLI": "true", "WATCHWORD_ENV": "development"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
