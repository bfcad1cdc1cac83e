"""The package's own small tables: CSV files in `models3d/data`, each row with its source."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from models3d.errors import ModelError

DATA = Path(__file__).parent / "data"

Row = TypeVar("Row")


def rows(table: str) -> list[dict[str, str]]:
    """The rows of `models3d/data/<table>.csv`, each as column name → text."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def find(kind: str, wanted: str, table: Mapping[str, Row]) -> Row:
    """The entry of this id.

    Raises:
        ModelError: the table has no such id; names those that look like it.
    """
    if wanted in table:
        return table[wanted]
    ids = sorted(table)
    near = get_close_matches(wanted.lower(), ids, n=3, cutoff=0.5)
    near += [i for i in ids if wanted and wanted.lower() in i and i not in near][:3]
    hint = f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(ids)}"
    raise ModelError(f"no {kind} is called {wanted!r}; {hint}")
