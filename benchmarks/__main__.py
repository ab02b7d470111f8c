"""`python3 run.py bench [--quick] [--only NAME]`: measures and prints; a whole run writes docs/explanation/speed.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable

from benchmarks import growth, guesses, instructions, requests, signing_in, weight
from benchmarks.databases import opened
from benchmarks.numbers import Number
from benchmarks.plan import Plan
from benchmarks.report import write

MEASURES: dict[str, Callable[[Plan], Iterable[Number]]] = {
    "instructions": instructions.measure,
    "requests": requests.measure,
    "sign-ins": signing_in.measure,
    "guesses": guesses.measure,
    "growth": growth.measure,
    "import": weight.measure_import,
    "memory": weight.measure_memory,
}


def main() -> int:
    options = _parser().parse_args()
    found: list[Number] = []
    with opened() as databases:
        plan = Plan(databases, options.quick)
        for name in options.only or MEASURES:
            print(f"── {name}", flush=True)
            for number in MEASURES[name](plan):
                print(number, flush=True)
                found.append(number)
    if not options.quick and not options.only:
        print(f"Written: {write(found)}")
    missed = [number.what for number in found if number.verdict == "MISSED"]
    print(f"Missed: {'; '.join(missed)}." if missed else "All numbers reach what they must.")
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py bench", description="Measure side by side with a bare Flask route.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rounds: whether it runs, not how well")
    parser.add_argument("--only", action="append", choices=list(MEASURES), help="this one alone; may be repeated")
    return parser


if __name__ == "__main__":
    sys.exit(main())
