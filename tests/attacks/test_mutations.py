"""Break each defending line in a copy of the source: the test of its attack must fail, or it tests nothing."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.attacks.mutations import MUTATIONS, Mutation
from tests.attacks.mutations_back_in import BACK_IN
from tests.attacks.mutations_cases import CASES
from tests.attacks.mutations_guessing import GUESSING
from tests.attacks.mutations_hosts import HOSTS
from tests.attacks.mutations_in_flight import IN_FLIGHT
from tests.attacks.mutations_moving_house import MOVING_HOUSE
from tests.attacks.mutations_names import NAMES
from tests.attacks.mutations_passkeys import PASSKEY_LINES
from tests.attacks.mutations_passwords import PASSWORDS
from tests.attacks.mutations_pools import POOLING
from tests.attacks.mutations_redis import REDIS
from tests.attacks.mutations_reset import RESETS
from tests.attacks.mutations_second_factor import SECOND_FACTOR
from tests.attacks.mutations_set_up import SET_UP
from tests.attacks.mutations_taken_back import TAKEN_BACK
from tests.attacks.mutations_telling import TELLING
from tests.attacks.mutations_text_messages import TEXT_MESSAGES
from tests.attacks.mutations_trusted_browsers import TRUSTED_BROWSERS
from tests.attacks.mutations_way_back import WAY_BACK
from tests.support.warm import warm_pytest

ROOT = Path(__file__).parents[2]
FAILED = 1


def _name(mutation: Mutation) -> str:
    return re.sub(r"\W+", "-", f"{mutation.select}-{mutation.line}")[:70]


ALL = [
    *MUTATIONS,
    *BACK_IN,
    *CASES,
    *GUESSING,
    *HOSTS,
    *POOLING,
    *IN_FLIGHT,
    *MOVING_HOUSE,
    *NAMES,
    *PASSKEY_LINES,
    *PASSWORDS,
    *REDIS,
    *RESETS,
    *SECOND_FACTOR,
    *SET_UP,
    *TAKEN_BACK,
    *TELLING,
    *TEXT_MESSAGES,
    *TRUSTED_BROWSERS,
    *WAY_BACK,
]


def test_each_defending_line_stands_where_the_list_says():
    gone = [
        f"{each.file}: {each.line}"
        for each in ALL
        if (ROOT / "src" / "watchword" / each.file).read_text(encoding="utf-8").count(each.line) != 1
    ]

    assert not gone, "\n".join(gone)


@pytest.fixture(scope="module")
def run():
    with warm_pytest() as run:
        yield run


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The source, to be broken: with what Python compiled of it, and the times by which it knows what that is worth."""
    return shutil.copytree(
        ROOT / "src", tmp_path_factory.mktemp("mutations") / "src", ignore=shutil.ignore_patterns("*.pyc.*")
    )


@pytest.mark.slow
@pytest.mark.parametrize("mutation", ALL, ids=_name)
def test_a_broken_defence_is_noticed(mutation, copy, run):
    options = ["-x", "-q", "-p", "no:cacheprovider", "-k", f"({mutation.select}) and not postgresql"]
    with _broken(copy / "watchword" / mutation.file, mutation):
        status, said = run(copy, [*options, mutation.tests])

    assert status == FAILED, said[-4000:]


@contextmanager
def _broken(file: Path, mutation: Mutation) -> Iterator[None]:
    text = file.read_text(encoding="utf-8")
    when = file.stat()
    file.write_text(text.replace(mutation.line, mutation.broken), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(text, encoding="utf-8")
        os.utime(file, ns=(when.st_atime_ns, when.st_mtime_ns))
