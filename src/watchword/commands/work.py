"""`worker` and `purge`: what waits in the outbox, and what is too old."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import with_appcontext

from watchword.commands.database import need_tables
from watchword.commands.printing import as_json_option, counted, print_json
from watchword.features.outbox.worker import Worker
from watchword.web.setup import setup


@click.command("worker", epilog="Example: watchword worker --once")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@with_appcontext
def work(*, once: bool) -> None:
    """Carry mails and clear away what is too old, until told to stop.

    The serving processes do the same by themselves. Run workers apart when those rest or restart often; several at once
    are fine. SIGTERM or Ctrl-C lets the mail on its way finish; a second one doesn't wait.
    """
    worker: Worker = setup().delivery.make_worker()
    if once:
        need_tables()
        count = worker.run_once()
        left = " `watchword outbox list` shows what is left." if count else ""
        click.echo(f"{counted(count, 'job', 'jobs')} tried.{left}")
        return
    with _told_to_stop() as stop:
        click.echo("Working. Stop it with Ctrl-C.")
        worker.run(stop)
    click.echo("Stopped.")


@click.command("purge", epilog="Example: watchword purge")
@as_json_option
@with_appcontext
def purge(*, as_json: bool) -> None:
    """Clear away what is too old, now. Workers do so every hour."""
    need_tables()
    worker: Worker = setup().delivery.make_worker()
    count = worker.purge()
    if as_json:
        print_json({"purged": count})
    else:
        click.echo(f"{counted(count, 'row', 'rows')} cleared away.")


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that the first SIGTERM or SIGINT sets; then both do again what they did before."""
    stop = threading.Event()
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}

    def restore() -> None:
        for one, handler in before.items():
            signal.signal(one, handler)

    def tell(_number: int, _frame: object) -> None:
        restore()
        stop.set()

    for one in before:
        signal.signal(one, tell)
    try:
        yield stop
    finally:
        restore()
