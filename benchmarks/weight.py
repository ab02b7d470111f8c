"""What Watchword weighs: its import beside Flask's, and the memory of a worker before and after many sign-ins."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from benchmarks.load import Wire, sign_in
from benchmarks.numbers import Bound, Number, middle
from benchmarks.people import name_of, session_secret
from benchmarks.plan import SMALL, Plan
from benchmarks.servers import GRANIAN, processes_of, serving
from tests.support.server import Process
from watchword.core.passwords import MEMORY_KIB

IMPORTS = {
    "flask": "import flask",
    "package": "import watchword",
    "ours": "from watchword import Watchword, current_user, login_required",
    "start": """
from flask import Flask
from watchword import Watchword, current_user, login_required
app = Flask("started")
app.config.update(TESTING=True, SECRET_KEY="r5Jw1nB8qT3xK6vZ0mD9sL2cF7hG4yPa-eUoTiN", WATCHWORD_ENV="production")
app.config.update(DATABASE_URL="sqlite:///none.db", WATCHWORD_PUBLIC_URL="https://example.com")
app.config.update(WATCHWORD_MAIL_URL="smtp://mail.example.com")
Watchword(app)
app.get("/page")(login_required(lambda: current_user.username))
""",
    "all": "import watchword; watchword.Watchword; from watchword import built_in as b; b.load(b.STANDARD)",
}
NAMES = {
    "package": "import of the package",
    "ours": "import of what the five lines name",
    "all": "the same with all that a start loads, standard features",
    "start": "import and start of an app with the five lines, standard features",
}
IMPORTED = ("package", "ours")
"""What an import costs. The others tell what was put off till `Watchword(app)`, so that nothing is hidden."""


def measure_import(plan: Plan) -> Iterator[Number]:
    spent: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for _ in range(plan.times(30)):
        for name, statement in IMPORTS.items():
            spent[name].append(_cpu_of(statement) - _cpu_of("pass"))
    for name, what in NAMES.items():
        pairs = zip(spent[name], spent["flask"], strict=True)
        yield Number(
            what=f"{what} / import flask (CPU)",
            measured=middle([one / other for one, other in pairs]),
            must=Bound(high=2.5) if name in IMPORTED else None,
            aim=Bound(high=2) if name in IMPORTED else None,
            told=f"{median(spent[name]) * 1000:.0f} / {median(spent['flask']) * 1000:.0f} ms",
        )


def _cpu_of(statement: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure_memory(plan: Plan) -> Iterator[Number]:
    url, many = plan.databases.url("SQLite", SMALL), plan.times(10_000)
    with serving("bare:bare", GRANIAN, url) as plain:
        _visit(plain)
        bare = _memory(plain)
    with serving("apps:guarded", GRANIAN, url) as process:
        _visit(process)
        before = _memory(process)
        _sign_in(process, many // 10)
        after_few = _memory(process)
        _sign_in(process, many)
        after_many = _memory(process)
    without = _grown_without_hashes(url, many + many // 10)
    yield Number(
        what="memory of a worker before its first hash / bare Flask",
        measured=before / bare,
        must=Bound(high=2),
        aim=Bound(high=1.7),
        told=f"{before:.0f} / {bare:.0f} MiB",
    )
    yield Number(
        what=f"memory after {many + many // 10:,} sign-ins / after {many // 10:,}",
        measured=after_many / after_few,
        must=Bound(high=1.05),
        told=f"{after_many:.0f} / {after_few:.0f} MiB",
    )
    at_once = os.cpu_count() or 1
    yield Number(
        what=f"what hashing added to it / 19 MiB for each of the {at_once} hashes at once",
        measured=(after_many - before - without) / (at_once * MEMORY_KIB / 1024),
        must=Bound(high=1),
        told=f"{after_many - before:.0f} - {without:.0f} / {at_once * MEMORY_KIB / 1024:.0f} MiB",
    )


def _grown_without_hashes(url: str, times: int) -> float:
    """MiB that as many sign-ins take where nothing is hashed: pages and statements that are kept once made."""
    with serving("unhashed:page", GRANIAN, url) as process:
        _visit(process)
        before = _memory(process)
        _sign_in(process, times)
        return _memory(process) - before


def _visit(process: Process) -> None:
    connection = HTTPConnection(urlsplit(process.url).netloc)
    for _ in range(50):
        connection.request("GET", "/page", headers={"Cookie": f"watchword={session_secret(1)}"})
        connection.getresponse().read()
    connection.close()


def _sign_in(process: Process, times: int) -> None:
    def some(numbers: range) -> None:
        wire = Wire(process.url)
        for number in numbers:
            sign_in(wire, name_of(1 + number % SMALL))
        wire.socket.close()

    threads = 4
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, (range(first, times, threads) for first in range(threads))))


def _memory(process: Process) -> float:
    """MiB of the largest process of the server: the worker."""
    return max(_resident(number) for number in processes_of(process))


def _resident(number: int) -> float:
    for line in Path(f"/proc/{number}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
