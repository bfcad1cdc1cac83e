"""How a figure is taken and written down. The method is described in README.md beside it."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
RESULTS = FOLDER / "results"
SEED = 20240501


@dataclass(frozen=True, slots=True)
class Timing:
    """A distribution of durations in milliseconds."""

    median_ms: float
    p95_ms: float
    iqr_ms: float
    runs: int

    @staticmethod
    def of(durations_ms: list[float]) -> Timing:
        """Summarise durations (n,)."""
        q25, q50, q75, q95 = np.percentile(durations_ms, [25, 50, 75, 95])
        return Timing(
            round(float(q50), 3),
            round(float(q95), 3),
            round(float(q75 - q25), 3),
            len(durations_ms),
        )

    def as_dict(self) -> dict[str, float]:
        """Plain figures for the results file."""
        return {
            "median_ms": self.median_ms,
            "p95_ms": self.p95_ms,
            "iqr_ms": self.iqr_ms,
            "runs": self.runs,
        }


def measure(action: Callable[[], object], runs: int, warm_up: int = 3) -> Timing:
    """Time an action that finishes before it returns."""
    for _ in range(warm_up):
        action()
    durations = []
    for _ in range(runs):
        begun = time.perf_counter()
        action()
        durations.append((time.perf_counter() - begun) * 1e3)
    return Timing.of(durations)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")  # Linux; elsewhere the platform's own word
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "system": platform.platform(terse=True),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def commit() -> str:
    """The short hash of the code measured, with a plus sign when files differ from it."""
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return (_git("rev-parse", "--short", "HEAD") or "unknown") + ("+" if changed else "")


def results_file(revision: str) -> Path:
    """`<date>-<commit>-<machine>.json`, one file for all benchmarks of a revision."""
    name = re.sub(r"[^a-z0-9]+", "-", _processor().lower()).strip("-")
    return RESULTS / f"{datetime.now(UTC).date().isoformat()}-{revision}-{name}.json"


def write_results(benchmark: str, results: Mapping[str, Any]) -> Path:
    """Add one benchmark's figures to this revision's results file; returns the file."""
    RESULTS.mkdir(exist_ok=True)
    revision = commit()
    path = results_file(revision)
    record = json.loads(path.read_text()) if path.is_file() else {"commit": revision}
    record.setdefault("benchmarks", {})[benchmark] = {
        "taken": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "results": results,
    }
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n")
    return path


def run_for(
    benchmark: str, about: str | None, seconds: float, figures: Callable[[float], dict[str, Any]]
) -> None:
    """The command of a benchmark that runs for a time: measure, print, write down.

    Args:
        about: its help.
        seconds: for how long without --seconds.
        figures: what is measured in so many seconds, with "rows".
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--json", type=Path, help="write here instead of benchmarks/results")
    parser.add_argument("--seconds", type=float, default=seconds, help="3600 for an hour")
    given = parser.parse_known_args()[0]
    results = figures(given.seconds)
    for row in results["rows"]:
        budget = f"  (budget {row['budget']})" if row.get("budget") else ""
        sys.stdout.write(f"{row['what']}: {row['figure']}{budget}\n")
    if given.json:
        given.json.write_text(json.dumps(results))
    else:
        write_results(benchmark, results)
