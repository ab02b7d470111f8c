"""The files that the production how-to offers fit the app as it is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from watchword import cli
from watchword.app import server
from watchword.web.blueprint import MAX_BODY

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
UNITS = sorted((HOW_TO / "files").glob("*.service"))


def test_every_file_is_told_of_in_the_how_to():
    text = (HOW_TO / "production.md").read_text(encoding="utf-8")

    assert all(f"(files/{path.name})" in text for path in (HOW_TO / "files").iterdir())


def test_no_value_of_a_setting_ends_with_a_comment_which_systemd_would_take_for_a_part_of_it():
    files = [*HOW_TO.parent.rglob("*.md"), HOW_TO.parents[1] / "README.md", HOW_TO.parents[1] / ".env.example"]
    settings = re.compile(r"^ *#?[A-Z][A-Z0-9_]+=(?! )(.*)$", re.MULTILINE)

    values = [value for path in files for value in settings.findall(path.read_text(encoding="utf-8"))]

    assert len(values) > 20
    assert not [value for value in values if re.search(r"\s#", value)]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_reads_the_units(unit):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze isn't here")

    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)

    assert unit.name not in done.stderr


def test_nginx_lets_through_what_the_app_takes():
    assert f"client_max_body_size {MAX_BODY // 1024}k;" in (HOW_TO / "files" / "nginx.conf").read_text(encoding="utf-8")


def test_a_reload_looks_at_the_settings_and_then_tells_the_server():
    (unit,) = [path for path in UNITS if path.name == "watchword.service"]
    lines = unit.read_text(encoding="utf-8").splitlines()

    steps = [line.partition("=")[2] for line in lines if line.startswith("ExecReload=")]
    assert [step.rpartition("/")[2] for step in steps] == ["python3 run.py watchword doctor", "kill -HUP $MAINPID"]


def test_the_units_start_commands_that_there_are():
    lines = [line for unit in UNITS for line in unit.read_text(encoding="utf-8").splitlines()]
    starts = {line.partition("run.py ")[2] for line in lines if line.startswith("ExecStart=")}
    (serve,) = [start for start in starts if start.startswith("serve")]

    assert server._parser().parse_args(serve.split()).workers == 4
    assert starts - {serve} == {"watchword worker"}
    assert "worker" in {command.name for command in cli.commands.commands.values()}


@pytest.mark.skipif(NGINX is None, reason="nginx isn't here")
def test_nginx_reads_its_file(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key_for("login.example.com", key, certificate)
    recipe = (HOW_TO / "files" / "nginx.conf").read_text(encoding="utf-8")
    recipe = recipe.replace("/etc/ssl/private/login.example.com.key", str(key))
    recipe = recipe.replace("/etc/ssl/login.example.com.pem", str(certificate)).replace("listen 443", "listen 18443")
    recipe = recipe.replace("listen 80", "listen 18080")
    temporary = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in TEMPORARY)
    whole = f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{recipe}}}\n"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")

    command = [NGINX, "-t", "-e", "stderr", "-p", tmp_path, "-c", tmp_path / "nginx.conf"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def key_for(name: str, key: Path, certificate: Path) -> None:
    """A key, and a certificate signed by itself."""
    made, owner = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (x509.CertificateBuilder(owner, owner, made.public_key(), 1, now, now + timedelta(days=1))).sign(
        made, hashes.SHA256()
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    key.write_bytes(made.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    certificate.write_bytes(signed.public_bytes(pem))
