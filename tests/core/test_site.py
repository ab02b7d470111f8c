from __future__ import annotations

import dataclasses
import secrets
import traceback

import pytest

from watchword.core import problems as codes
from watchword.core.addresses import is_loopback
from watchword.core.config import ConfigError, read_settings
from watchword.core.doctor import Finding, as_json, exit_status, worst
from watchword.core.safety import Surroundings, findings
from watchword.core.site import SiteConfig

GOOD_KEY = secrets.token_urlsafe(48)


def site(**values: object) -> SiteConfig:
    return read_settings([SiteConfig], {name.upper(): value for name, value in values.items()})[SiteConfig]


def production(**values: object) -> SiteConfig:
    safe = {"watchword_env": "production", "secret_key": GOOD_KEY, "watchword_public_url": "https://login.example.com"}
    return site(**{**safe, **values})


def development(**values: object) -> SiteConfig:
    return production(**{"watchword_env": "development", **values})


def found(config: SiteConfig, around: Surroundings | None = None) -> list[tuple[str, str]]:
    return [(finding.code, finding.level) for finding in findings(config, around)]


def test_nothing_set_means_production() -> None:
    assert site().in_production
    assert site().site_name == "Watchword"
    assert site().home == "/"


def test_the_usual_names_are_kept() -> None:
    config = site(
        secret_key=GOOD_KEY, secret_key_fallbacks="a,b", database_url="sqlite://", watchword_env="development"
    )

    assert config.secret_key == GOOD_KEY
    assert config.secret_key_fallbacks == ("a", "b")
    assert config.database_url == "sqlite://"
    assert config.environment == "development"


def test_a_key_of_bytes_is_taken_as_the_same_text_each_time() -> None:
    assert site(secret_key=b"\xff\x00" * 16).secret_key == "ff00" * 16
    assert site(secret_key=b"plain").secret_key == "plain"


def test_no_secret_of_the_site_is_in_its_repr() -> None:
    shown = repr(
        site(secret_key=GOOD_KEY, secret_key_fallbacks=[GOOD_KEY], database_url=f"postgresql://u:{GOOD_KEY}@h/d")
    )

    assert GOOD_KEY not in shown


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://login.example.com", "https://login.example.com"),
        ("https://login.example.com/", "https://login.example.com"),
        ("HTTPS://Login.Example.COM:443", "https://login.example.com"),
        ("https://login.example.com:8443", "https://login.example.com:8443"),
        ("http://localhost:5000/", "http://localhost:5000"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        ("https://example.com/auth/", "https://example.com/auth"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://Bücher.example:8443/auth", "https://xn--bcher-kva.example:8443/auth"),
        ("https://xn--strae-oqa.example", "https://xn--strae-oqa.example"),
        ("https://Login.Example.com.", "https://login.example.com."),
    ],
)
def test_the_public_address_is_kept_as_browsers_write_it(given: str, kept: str) -> None:
    assert site(watchword_public_url=given).public_url == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("WATCHWORD_PUBLIC_URL", value)
            for value in (
                "login.example.com",
                "ftp://example.com",
                "javascript:alert(1)",
                "https://",
                "https:///path",
                "https://anna:hunter2@example.com",
                "https://example.com?x=1",
                "https://example.com#x",
                "https://example.com?",
                "https://example.com:0",
                "https://example.com:99999",
                "https://example.com:port",
                "https://exa mple.com",
                "https://example.com\\@evil.example",
                "https://example.com//evil.example",
                "https://example.com/../x",
                "https://[::1",
                "https://-example.com",
                "https://exam_ple.com/<script>",
            )
        ),
        *(
            ("WATCHWORD_HOME", value)
            for value in ("dashboard", "//evil.example", "/\\evil.example", "https://x", "/a\tb")
        ),
        *(("WATCHWORD_LOCALE", value) for value in ("english", "../en", "en_US.UTF-8")),
        *(
            ("WATCHWORD_TRUSTED_PROXIES", value)
            for value in ("0.0.0.0/0", "::/0", "proxy.example.com", "99", "-1", "10.0.0.0/8,0.0.0.0/0")
        ),
        *(
            ("WATCHWORD_CSP_SOURCES", value)
            for value in (
                "*",
                "'unsafe-inline'",
                "https:",
                "data:",
                "https://a.example; script-src *",
                "http://a.example",
            )
        ),
        *(("WATCHWORD_HELP_URL", value) for value in ("javascript:alert(1)", "//evil.example", "help")),
        ("WATCHWORD_SITE_NAME", "Example\r\nBcc: eve@example.com"),
        ("WATCHWORD_ENV", "prod"),
    ],
)
def test_a_value_that_breaks_its_rule_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_settings([SiteConfig], {name: value})

    (problem,) = caught.value.problems
    assert problem.code in {codes.NOT_VALID, codes.NOT_ONE_OF}
    assert problem.setting == name
    assert problem.fix.startswith(f'app.config["{name}"] = "')
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("trusted_proxies", 1, "1"),
        ("trusted_proxies", "10.0.0.0/8, 192.0.2.7", "10.0.0.0/8,192.0.2.7/32"),
        ("locale", "pt-BR", "pt-BR"),
        ("home", "/dashboard?tab=1", "/dashboard?tab=1"),
        ("help_url", "mailto:help@example.com", "mailto:help@example.com"),
        (
            "csp_sources",
            "https://cdn.example.com, https://*.example.org",
            ("https://cdn.example.com", "https://*.example.org"),
        ),
        ("features", "login, two_factor", ("login", "two_factor")),
    ],
)
def test_a_fine_value_is_kept(name: str, value: object, kept: object) -> None:
    assert getattr(site(**{f"watchword_{name}": value}), name) == kept


def test_the_site_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        site().home = "//evil.example"


def test_development_takes_the_address_served_and_production_never_does() -> None:
    assert development(watchword_public_url="").address("http://127.0.0.1:5000/") == "http://127.0.0.1:5000"
    assert production(watchword_public_url="").address("http://evil.example") == ""
    assert production().address("http://evil.example") == "https://login.example.com"


def test_a_safe_site_gives_no_findings() -> None:
    around = Surroundings(processes=4, database="postgresql+psycopg://h/d", mail="smtp://mail.example.com")

    assert found(production(), around) == []


@pytest.mark.parametrize(
    ("values", "around", "code", "in_development"),
    [
        ({"secret_key": ""}, Surroundings(), codes.SECRET_KEY_MISSING, "warning"),
        ({"secret_key": "dev"}, Surroundings(), codes.SECRET_KEY_WEAK, "warning"),
        ({"secret_key": "changeme"}, Surroundings(), codes.SECRET_KEY_WEAK, "warning"),
        ({"secret_key": "secret"}, Surroundings(), codes.SECRET_KEY_WEAK, "warning"),
        ({"secret_key": GOOD_KEY[:31]}, Surroundings(), codes.SECRET_KEY_WEAK, "warning"),
        ({"secret_key": "change-me-change-me-change-me-change-me"}, Surroundings(), codes.SECRET_KEY_WEAK, "warning"),
        ({"secret_key": "a" * 64}, Surroundings(), codes.SECRET_KEY_WEAK, "warning"),
        ({"secret_key_fallbacks": ["dev"]}, Surroundings(), codes.SECRET_KEY_WEAK, "warning"),
        ({"watchword_public_url": ""}, Surroundings(), codes.PUBLIC_URL_MISSING, "note"),
        ({"watchword_public_url": "http://login.example.com"}, Surroundings(), codes.PUBLIC_URL_NOT_HTTPS, "warning"),
        ({"watchword_public_url": "http://localhost:5000"}, Surroundings(), codes.PUBLIC_URL_NOT_HTTPS, "note"),
        ({}, Surroundings(processes=2), codes.SQLITE_SHARED, "warning"),
        ({}, Surroundings(processes=2, database="sqlite:////srv/x.db"), codes.SQLITE_SHARED, "warning"),
        ({}, Surroundings(debug=True), codes.DEBUG_ON, None),
        ({}, Surroundings(mail=""), codes.MAIL_NOT_SET_UP, "note"),
        ({}, Surroundings(mail="console:"), codes.MAIL_NOT_SET_UP, "note"),
        ({}, Surroundings(mail="file:mails/"), codes.MAIL_NOT_SET_UP, "note"),
    ],
)
def test_what_is_unsafe_is_an_error_in_production_and_milder_in_development(
    values: dict[str, object], around: Surroundings, code: str, in_development: str | None
) -> None:
    (finding,) = findings(production(**values), around)

    assert (finding.code, finding.level) == (code, "error")
    assert finding.why
    assert finding.fix
    assert finding.seen
    assert str(ConfigError([finding])).count(code) == 1
    expected = [] if in_development is None else [(code, in_development)]
    assert found(development(**values), around) == expected


def test_a_weak_key_is_not_shown() -> None:
    (finding,) = findings(production(secret_key="changeme-hunter2"))

    assert "hunter2" not in str(finding)


def test_a_random_key_is_fine() -> None:
    for key in (secrets.token_hex(16), secrets.token_hex(32), secrets.token_urlsafe(32)):
        assert found(production(secret_key=key)) == []


def test_fixes_are_lines_of_the_place_where_the_settings_live() -> None:
    unset = production(watchword_public_url="", secret_key="")
    in_file = [finding.fix for finding in findings(unset)]
    in_code = [finding.fix for finding in findings(unset, Surroundings(place="app.config"))]

    assert in_file[0].endswith(">> .env")
    assert in_file[1] == "WATCHWORD_PUBLIC_URL=https://login.example.com"
    assert in_code[0].startswith('app.config["SECRET_KEY"] = ')
    assert in_code[1] == 'app.config["WATCHWORD_PUBLIC_URL"] = "https://login.example.com"'


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("http://localhost", True),
        ("http://app.localhost:5000", True),
        ("http://127.0.0.1:5000", True),
        ("http://[::1]", True),
        ("http://localhost.example.com", False),
        ("http://0.0.0.0", False),
        ("http://192.168.0.2", False),
    ],
)
def test_only_this_machine_is_loopback(address: str, loopback: bool) -> None:
    assert is_loopback(address) is loopback


def _finding(level: str) -> Finding:
    note = Finding(code=codes.DEBUG_ON, level="note", what="What.", why="Why.", fix="FIX=1", setting="S", also=("T",))
    return dataclasses.replace(note, level=level)  # type: ignore[arg-type]


def test_the_worst_level_decides_the_exit_status() -> None:
    assert worst([]) is None
    assert worst([_finding("note"), _finding("warning")]) == "warning"
    assert exit_status([_finding("note"), _finding("warning")]) == 0
    assert exit_status([_finding("error"), _finding("note")]) == 1


def test_findings_as_json_stand_worst_first() -> None:
    told = as_json([_finding("note"), _finding("error")])

    assert [each["level"] for each in told] == ["error", "note"]
    assert told[0] == {
        "code": "watchword-E016",
        "setting": "S",
        "also": ["T"],
        "what": "What.",
        "why": "Why.",
        "fix": "FIX=1",
        "seen": "",
        "docs": "docs/reference/errors.md#watchword-e016",
        "level": "error",
    }


@pytest.mark.parametrize("password", ["hunter2geheim/x", "hunter2geheim#x", "hunter2geheim?x"])
def test_a_password_that_nobody_quoted_is_not_told_as_a_port(password):
    with pytest.raises(ConfigError, match="WATCHWORD_LIMITS_URL must have a port") as refused:
        read_settings([SiteConfig], {"WATCHWORD_LIMITS_URL": f"redis://:{password}@cache:6379/0"})

    assert "hunter2geheim" not in "".join(traceback.format_exception(refused.value))
