"""The nameplate of notices."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

from watchword.core.config import Problem, Settings
from watchword.core.events import Event
from watchword.core.feature import Feature, Sealed
from watchword.core.problems import NOT_ONE_OF, NOT_VALID, PACKAGE_MISSING
from watchword.features.notices import doubts, places, service
from watchword.features.notices.config import NoticesConfig
from watchword.features.notices.errors import SecureLinkNotValid
from watchword.features.notices.events import AccountSecured
from watchword.features.notices.models import SecureLink
from watchword.features.notices.routes import blueprint
from watchword.features.notices.worker import mail_notice


def _rules(settings: Settings, features: Sequence[Feature]) -> list[Problem]:
    """A misspelt name would silence nothing, and a missing file tell no place, both without a word."""
    config = settings[NoticesConfig]
    known = sorted(notice.mail for each in features for notice in each.notices if not notice.always)
    found = [_strange(name, known) for name in config.silenced if name not in known]
    if config.places and find_spec("maxminddb") is None:
        found.append(_no_reader())
    elif config.places and not Path(config.places).is_file():
        found.append(_no_file())
    return found


def _strange(name: str, known: Sequence[str]) -> Problem:
    near = get_close_matches(name, known, 1)
    return Problem(
        code=NOT_ONE_OF,
        setting=NoticesConfig.name_of("silenced"),
        what=f"There is no notice {name!r}.{f' Did you mean {near[0]}?' if near else ''}",
        why="A notice that is misspelt would go on being mailed.",
        fix=f"Choose from {', '.join(known)}.",
    )


def _no_reader() -> Problem:
    return Problem(
        code=PACKAGE_MISSING,
        setting=NoticesConfig.name_of("places"),
        what=f"{NoticesConfig.name_of('places')} needs a package that is not installed.",
        why="The file is read with maxminddb.",
        fix='pip install "watchword[places]"',
    )


def _no_file() -> Problem:
    return Problem(
        code=NOT_VALID,
        setting=NoticesConfig.name_of("places"),
        what=f"{NoticesConfig.name_of('places')} names no file.",
        why="Notices would tell no place.",
        fix=f"{NoticesConfig.name_of('places')}=/var/lib/GeoIP/GeoLite2-City.mmdb",
    )


feature = Feature(
    name="notices",
    summary='A mail about every security event, with "this wasn\'t me".',
    needs=("audit", "outbox", "accounts", "sessions", "login", "password_reset"),
    config=NoticesConfig,
    blueprint=blueprint,
    errors=(SecureLinkNotValid,),
    events=(AccountSecured,),
    jobs={service.JOB: mail_notice, service.LEFT: service.hear_left},
    listeners=((Event, service.hear),),
    purges=(service.purge,),
    policies={"place_of": places.by_file, "may_be_doubted": doubts.may_be_doubted},
    rules=_rules,
    reseals=(Sealed(column=SecureLink.sealed, purpose=service.SEALED),),
)
