"""Lines that let many threads live on a host's small pool, and keep its transactions from ours."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

STORE, HOST, READERS, DB = "core/store.py", "core/host_store.py", "core/readers.py", "core/db.py"
POOLS, SESSION, ISOLATION = "tests/hosts/test_pools.py", "tests/hosts/test_session.py", "tests/hosts/test_isolation.py"

POOLING = (
    Mutation(
        STORE,
        "    def close_reader(self) -> None:\n        self.let_go()",
        "    def close_reader(self) -> None:\n        pass",
        POOLS,
        "live_on",
    ),
    Mutation(
        STORE,
        "        self.let_go()\n        return self.engines.write",
        "        return self.engines.write",
        POOLS,
        "turns",
    ),
    Mutation(STORE, "        self.let_go()\n        return super()", "        return super()", POOLS, "turns"),
    Mutation(
        STORE, "with Session(connection) as session:", "with Session(self.engines.read) as session:", POOLS, "turns"
    ),
    Mutation(
        HOST,
        "session.in_transaction() and (_keeps_nothing(session) or _holds_a_lock(session))",
        "session.in_transaction() and _holds_a_lock(session)",
        POOLS,
        "at_a_time",
    ),
    Mutation(
        HOST,
        "        if not (self.session.info.get(_WAITING) or self.holds_a_write()):",
        "        if False:",
        POOLS,
        "turns",
    ),
    Mutation(HOST, "is_as_usual and not connection.info.get(_KEEPS)", "is_as_usual", ISOLATION, "stays_kept"),
    Mutation(HOST, "is_as_usual and not", "not", ISOLATION, "stays_kept"),
    Mutation(HOST, "        connection.info.pop(_KEEPS, None)\n", "", ISOLATION, "stays_kept"),
    Mutation(HOST, "begun.origin is SessionTransactionOrigin.AUTOBEGIN", "begun is not None", POOLS, "began_itself"),
    Mutation(
        HOST,
        "    expires, session.expire_on_commit = session.expire_on_commit, False",
        "    expires = session.expire_on_commit",
        POOLS,
        "stays_loaded",
    ),
    Mutation(HOST, "    return not (verb in _LOOKS or", "    return not (verb in _MAY_LOOK or", SESSION, "own_words"),
    Mutation(
        HOST, "(verb in _MAY_LOOK and not _WRITES.search(sql, first.end()))", "verb in _MAY_LOOK", SESSION, "own_words"
    ),
    Mutation(HOST, "|--[^\\n]*|/\\*.*?\\*/)*)", ")*)", SESSION, "own_words"),
    Mutation(
        "features/sessions/who_asks.py", "    except DATABASE_AWAY:", "    except TypeError:", POOLS, "line_in_the_log"
    ),
    Mutation("web/unheard.py", " and not scope().writing:", ":", "tests/hosts/test_requests.py", "not_trusted"),
    Mutation(DB, '    "max_overflow": -1,', "", "tests/core/test_db.py", "however_many_threads"),
    Mutation(DB, 'isolation_level="READ COMMITTED") if', "watchword=1) if", ISOLATION, "waits or refused"),
    Mutation(
        READERS,
        "        self._drop_all()\n        self.give_back()",
        "        self._drop_all()\n        self._here = threading.local()",
        "tests/core/test_readers.py",
        "by_it_alone",
    ),
)
