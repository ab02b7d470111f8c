"""A domain as name servers know it: one answer, for who compares an address, who mails to it, and who links to it."""

from __future__ import annotations


class DomainUnclear(ValueError):
    """No domain, or one that two mail programs would take for two."""


def ascii_domain(domain: str) -> str:
    """*domain* in ASCII, in small letters; raises DomainUnclear.

    `straße.de` was `strasse.de` (IDNA 2003, which many mail programs and Python's own codec still follow) and is a
    domain of its own now (IDNA 2008). Whoever owns one of the two must get no mail that is meant for the other.
    """
    earlier = _by_idna_2003(domain)
    found = earlier if domain.isascii() else _by_idna_2008(domain)
    if found is None or earlier not in {None, found}:
        raise DomainUnclear
    return found


def _by_idna_2003(domain: str) -> str | None:
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None


def _by_idna_2008(domain: str) -> str | None:
    """By UTS 46, as browsers do."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - a start needs none of its tables

    try:
        found = validate_email(f"any@{domain}", check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError):
        return None
    return found.ascii_domain.lower()
