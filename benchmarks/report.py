"""Refresh the table of figures in README.md from the newest results file."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.common import FOLDER, RESULTS

OPENING, CLOSING = "<!-- figures: begin -->", "<!-- figures: end -->"
MARKS = {True: "yes", False: "**no**", None: "-"}


def table(record: dict[str, Any]) -> str:
    """Markdown: one line for each stated row of each benchmark."""
    processors = {b["machine"]["processor"] for b in record["benchmarks"].values()}
    lines = [
        f"Commit {record['commit']}, {', '.join(sorted(processors))}.",
        "",
        "| benchmark | what | figure | budget | met |",
        "|---|---|---|---|---|",
    ]
    for name, benchmark in sorted(record["benchmarks"].items()):
        for row in benchmark["results"].get("rows", []):
            cells = (name, row["what"], row["figure"], row.get("budget") or "-")
            lines.append("| " + " | ".join(cells) + f" | {MARKS[row.get('met')]} |")
    return "\n".join(lines)


def write_table() -> None:
    """Put the newest figures between the marks in README.md.

    Raises:
        ValueError: README.md has lost its marks.
    """
    newest = max(RESULTS.glob("*.json"), key=lambda path: path.stat().st_mtime)
    readme = FOLDER / "README.md"
    text = readme.read_text()
    if OPENING not in text or CLOSING not in text:
        raise ValueError(f"expected the marks {OPENING} and {CLOSING} in {readme}")
    before, rest = text.split(OPENING)
    after = rest.split(CLOSING)[1]
    figures = table(json.loads(newest.read_text()))
    readme.write_text(f"{before}{OPENING}\n{figures}\n{CLOSING}{after}")
