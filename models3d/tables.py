"""The package's own small tables: CSV files in `models3d/data`, each row with its source."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from models3d.errors import ModelError

DATA = Path(__file__).parent / "data"


def rows(table: str) -> list[dict[str, str]]:
    """The rows of `models3d/data/<table>.csv`, each as column name → text."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unknown(kind: str, wanted: str, known: Iterable[str]) -> ModelError:
    """The error for an id that no table has; names the ids that look like it."""
    ids = sorted(known)
    near = get_close_matches(wanted.lower(), ids, n=3, cutoff=0.5)
    near += [i for i in ids if wanted and wanted.lower() in i and i not in near][:3]
    hint = f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(ids)}"
    return ModelError(f"no {kind} is called {wanted!r}; {hint}")
