"""Whoever listens to SQLAlchemy, or reads its log, hears of the statements that are put to the driver, too."""

from __future__ import annotations

import pytest
from sqlalchemy import (
    column,
    create_engine,
    event,
    select,
    table,
)
from sqlalchemy.exc import DBAPIError

from tests.support.things import WANTED
from watchword.core.prepared import Prepared


@pytest.mark.parametrize(
    "listens", ["before_execute", "after_execute", "before_cursor_execute", "after_cursor_execute"]
)
def test_who_listens_to_statements_hears_of_it(engines, connection, listens):
    heard = []
    wanted = Prepared(WANTED)
    wanted.first(connection, key="one")
    event.listen(engines.read, listens, lambda *_told: heard.append(listens))
    found = wanted.first(connection, key="one")

    assert found[0] == "one"
    assert heard == [listens]


def test_who_does_the_drivers_work_does_this_too(engines):
    heard = []
    event.listen(engines.read, "do_execute", lambda *told: heard.append(told[1]))
    with engines.read.connect() as connection:
        Prepared(WANTED).first(connection, key="one")

    assert "looked_up" in heard[-1]


def test_who_listens_to_faults_hears_of_one(engines, connection):
    heard = []
    event.listen(engines.read, "handle_error", lambda fault: heard.append(fault.statement))
    with pytest.raises(DBAPIError):
        Prepared(select(column("nothing")).select_from(table("none"))).first(connection)

    assert len(heard) == 1


def test_who_listens_to_what_sessions_execute_hears_of_it(ours):
    heard = []
    event.listen(ours, "do_orm_execute", lambda told: heard.append(told.is_select))
    Prepared(WANTED).first(ours, key="one")

    assert heard == [True]


def test_who_reads_the_log_of_statements_reads_it_there(database_url, engines, caplog):
    loud = create_engine(database_url, echo=True)
    with loud.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        caplog.clear()
        Prepared(WANTED).first(connection, key="one")
    loud.dispose()

    assert "looked_up" in caplog.text
