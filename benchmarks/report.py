"""Refresh the table of figures in README.md from the newest results of each benchmark."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from benchmarks.common import FOLDER, RESULTS

OPENING, CLOSING = "<!-- figures: begin -->", "<!-- figures: end -->"
MARKS = {True: "yes", False: "**no**", None: "-"}


def newest(records: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each benchmark's latest figures, with the commit they were taken at."""
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        for name, benchmark in record["benchmarks"].items():
            if name not in found or benchmark.get("taken", "") > found[name].get("taken", ""):
                found[name] = {**benchmark, "commit": record["commit"]}
    return found


def table(benchmarks: Mapping[str, dict[str, Any]]) -> str:
    """Markdown: one line for each stated row of each benchmark."""
    processors = {benchmark["machine"]["processor"] for benchmark in benchmarks.values()}
    lines = [
        f"Taken on {', '.join(sorted(processors))}.",
        "",
        "| benchmark | commit | what | figure | budget | met |",
        "|---|---|---|---|---|---|",
    ]
    for name, benchmark in sorted(benchmarks.items()):
        for row in benchmark["results"].get("rows", []):
            budget = row.get("budget") or "-"
            cells = (name, benchmark["commit"], row["what"], row["figure"], budget)
            lines.append("| " + " | ".join(cells) + f" | {MARKS[row.get('met')]} |")
    return "\n".join(lines)


def write_table() -> None:
    """Put the newest figures between the marks in README.md.

    Raises:
        ValueError: README.md has lost its marks.
    """
    records = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    readme = FOLDER / "README.md"
    text = readme.read_text()
    if OPENING not in text or CLOSING not in text:
        raise ValueError(f"expected the marks {OPENING} and {CLOSING} in {readme}")
    before, rest = text.split(OPENING)
    after = rest.split(CLOSING)[1]
    figures = table(newest(records))
    readme.write_text(f"{before}{OPENING}\n{figures}\n{CLOSING}{after}")
