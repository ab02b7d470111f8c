"""Write down every event; forget what is older than it may be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from watchword.core.db import table_of
from watchword.core.events import Event
from watchword.core.prepared import Prepared
from watchword.core.scope import Scope
from watchword.features.audit.config import AuditConfig
from watchword.features.audit.models import AuditPurge, AuditRow

__all__ = [
    "FOUND_AT_MOST",
    "Entry",
    "Record",
    "find",
    "held_about",
    "is_secret",
    "purge",
    "recent_for",
    "record",
    "search",
]

LONGEST_TEXT = 256
FOUND_AT_MOST = 200
PURGED_AT_ONCE = 5_000  # a purge holds the write lock: many short ones let sign-ins pass in between
_WRITE = Prepared(insert(table_of(AuditRow)))
_SECRET_WORDS = frozenset({"password", "passwords", "token", "tokens", "secret", "secrets", "code", "codes"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as its owner sees it."""

    at: datetime
    name: str
    ip: str
    user_agent: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Record:
    """One event as operators see it."""

    at: datetime
    name: str
    user_id: int | None
    ip: str
    request_id: str
    facts: Mapping[str, object]


def record(scope: Scope, event: Event) -> None:
    """Write *event* down in the transaction of the change it tells of. ValueError when it carries a secret."""
    caller = scope.caller
    row = {
        "at": scope.now,
        "name": event.name,
        "user_id": event.user_id,
        "ip": _one_line(caller.ip, 64),
        "user_agent": _one_line(caller.user_agent, LONGEST_TEXT),
        "request_id": _one_line(caller.request_id, 64),
        "facts": json.dumps(_plain_facts(event.name, event.facts()), separators=(",", ":")),
    }
    _WRITE.run(scope.db, **row)


def recent_for(scope: Scope, user_id: int, *names: str, limit: int, since: datetime | None = None) -> list[Entry]:
    """The newest events about *user_id*, newest first: of *names*, if there are any, and none older than *since*."""
    newest = _ENTRY.where(AuditRow.user_id == user_id).order_by(AuditRow.id.desc()).limit(limit)
    newest = newest.where(AuditRow.name.in_(names)) if names else newest
    rows = scope.read.execute(newest if since is None else newest.where(AuditRow.at >= since)).mappings()
    return [_entry(row) for row in rows]


def find(scope: Scope, user_id: int, name: str, *, at: datetime) -> Entry | None:
    """What happened to *user_id* in that very moment, by that name: nobody else's."""
    theirs = (AuditRow.user_id == user_id, AuditRow.name == name, AuditRow.at == at)
    row = scope.read.execute(_ENTRY.where(*theirs).limit(1)).mappings().first()
    return None if row is None else _entry(row)


def held_about(scope: Scope, user_id: int) -> dict[str, object]:
    """Every event about *user_id* that is still kept, the oldest first, for an export."""
    columns = (AuditRow.at, AuditRow.name, AuditRow.ip, AuditRow.user_agent, AuditRow.facts)
    rows = scope.read.execute(select(*columns).where(AuditRow.user_id == user_id).order_by(AuditRow.id)).mappings()
    return {"events": [{**row, "facts": json.loads(row["facts"])} for row in rows]}


def search(scope: Scope, *names: str, since: datetime, **where: object) -> list[Record]:
    """The newest events of *names*, newest first; *where* says `user_id`, `ip`, `request_id`; None says nothing."""
    wanted = [getattr(AuditRow, column) == value for column, value in where.items() if value is not None]
    columns = (AuditRow.at, AuditRow.name, AuditRow.user_id, AuditRow.ip, AuditRow.request_id, AuditRow.facts)
    found = select(*columns).where(AuditRow.at >= since, AuditRow.name.in_(names), *wanted)
    rows = scope.read.execute(found.order_by(AuditRow.id.desc()).limit(FOUND_AT_MOST)).mappings()
    return [Record(**{**row, "facts": json.loads(row["facts"])}) for row in rows]


def purge(scope: Scope) -> int:
    """Delete some of the rows older than `WATCHWORD_AUDIT_KEEP` and return how many; call again until 0."""
    older_than = scope.now - scope.config[AuditConfig].keep
    if scope.read.scalar(select(AuditRow.id).where(AuditRow.at < older_than).limit(1)) is None:
        return 0
    scope.db.execute(insert(AuditPurge).values(older_than=older_than))
    some = select(AuditRow.id).where(AuditRow.at < older_than).order_by(AuditRow.at).limit(PURGED_AT_ONCE)
    gone = scope.db.scalars(delete(AuditRow).where(AuditRow.id.in_(some)).returning(AuditRow.id)).all()
    scope.db.execute(delete(AuditPurge))
    return len(gone)


def is_secret(field: str) -> bool:
    """Whether the name of a fact says that its value is a secret: `password`, `reset_token`, `code`."""
    return not _SECRET_WORDS.isdisjoint(field.lower().split("_"))


_ENTRY = select(AuditRow.at, AuditRow.name, AuditRow.ip, AuditRow.user_agent, AuditRow.facts)


def _entry(row: Any) -> Entry:
    return Entry(**{**row, "facts": json.loads(row["facts"])})


def _plain_facts(name: str, facts: Mapping[str, object]) -> dict[str, object]:
    for field in facts:
        if is_secret(str(field)):
            raise ValueError(f"the event {name} must not carry {field}: an event holds no secret")
    return {str(field): _plain(name, value) for field, value in facts.items()}


def _plain(name: str, value: object) -> object:
    """*value* as JSON can hold it; long texts are cut."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return value[:LONGEST_TEXT]
        case datetime():
            return value.isoformat()
        case frozenset() | set():
            return sorted(str(_plain(name, one)) for one in value)
        case tuple() | list():
            return [_plain(name, one) for one in value]
        case Mapping():
            return _plain_facts(name, value)
    raise ValueError(f"the event {name} carries a {type(value).__name__}: an event holds plain values")


def _one_line(text: str, longest: int) -> str:
    """*text* cut, with what is not printable spelled out, so that no caller can forge a second line (WEB-16)."""
    cut = text[:longest]
    if cut.isprintable():
        return cut
    shown = (one if one.isprintable() else one.encode("unicode_escape").decode() for one in cut)
    return "".join(shown)[:longest]
