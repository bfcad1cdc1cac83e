"""Run every benchmark, or the ones named: `python -m benchmarks [NAME…]`."""

from __future__ import annotations

import argparse
import importlib
import sys

from benchmarks.common import FOLDER
from benchmarks.report import write_table

PREFIXES = ("bench_", "jitter_", "accuracy_")
GROUPS = {"latency": "bench_", "jitter": "jitter_", "accuracy": "accuracy_"}


def modules() -> list[str]:
    """The benchmark modules beside this file."""
    return sorted(p.stem for p in FOLDER.glob("*.py") if p.stem.startswith(PREFIXES))


def chosen(names: list[str]) -> list[str]:
    """Modules by group (latency, jitter, accuracy), by full name or by what follows the prefix.

    Raises:
        SystemExit: a name fits none; the message lists what there is.
    """
    if not names:
        return modules()
    found = []
    for name in names:
        fits = [
            m
            for m in modules()
            if m == name
            or m.split("_", 1)[1] == name
            or (name in GROUPS and m.startswith(GROUPS[name]))
        ]
        if not fits:
            known = ", ".join([*GROUPS, *modules()])
            sys.exit(f"There is no benchmark '{name}'; there are {known}.")
        found += fits
    return found


def main() -> None:
    """Run the chosen benchmarks and refresh the table in README.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    for name in chosen(parser.parse_args().names):
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        importlib.import_module(f"benchmarks.{name}").main()
    write_table()


if __name__ == "__main__":
    main()
