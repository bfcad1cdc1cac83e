"""Lighthouse, as phones are judged, on a piece's page and on its configurator.

The mobile preset: the window of a phone, a slow fourth-generation link and a processor four times
slower, all worked out from what was observed. The pieces have been seen before, so that nothing of
the service's own making is counted. Medians of several runs.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.common import FOLDER, write_results
from benchmarks.service import Service, running
from tests.chromium import FLAGS, program

PROGRAM = FOLDER / "node_modules/lighthouse/cli/index.js"
PATHS = ("/p/solitaire", "/configure/solitaire")
LEAST: Mapping[str, int] = {
    "performance": 95,
    "accessibility": 100,
    "best-practices": 100,
    "seo": 100,
}
PLAIN: Mapping[str, str] = {
    "first-contentful-paint": "first contentful paint",
    "largest-contentful-paint": "largest contentful paint",
    "total-blocking-time": "total blocking time",
    "cumulative-layout-shift": "cumulative layout shift",
    "speed-index": "speed index",
}
RUNS = 3
PATIENCE_S = 300


def seen_before(service: Service, path: str) -> None:
    """Have somebody look at a page before: its posters in every width, its piece in 3D."""
    text = service.fetch(path, coding="identity").decode()
    for address in sorted(set(re.findall(r"/api/v1/renders/[^\s\"{}]+(?=[\s\"])", text))):
        service.fetch(address.replace("&amp;", "&").replace("\\u0026", "&"))
    for address in sorted(set(re.findall(r"/api/v1/models/[0-9a-f]+\.glb", text))):
        service.fetch(f"{address}?profile=viewer")
    service.make_light()


def judged(address: str) -> dict[str, Any]:
    """Lighthouse's report of one visit.

    Raises:
        RuntimeError: it came to none.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run(
            [
                "node", PROGRAM, address, "--quiet", "--output=json", f"--output-path={report}",
                f"--only-categories={','.join(LEAST)}", f"--chrome-flags={' '.join(FLAGS)}",
            ],
            env={**os.environ, "CHROME_PATH": program()},
            capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        if not report.is_file():
            raise RuntimeError(f"Lighthouse said {done.returncode}: {done.stderr[-2000:]}")
        found: dict[str, Any] = json.loads(report.read_text())
    if found.get("runtimeError"):
        raise RuntimeError(str(found["runtimeError"]))
    return found


def score(report: dict[str, Any], category: str) -> int:
    """Of 100."""
    return round(100 * (report["categories"][category]["score"] or 0))


def lost(reports: list[dict[str, Any]]) -> list[str]:
    """What costs points in any of the runs."""
    found = set()
    for report in reports:
        audits = report["audits"]
        for category in report["categories"].values():
            for part in category["auditRefs"]:
                worth = audits[part["id"]]["score"]
                if part["weight"] > 0 and worth is not None and worth < 0.9:
                    found.add(part["id"])
    return sorted(found)


def main() -> None:
    """Measure and write the figures down."""
    rows: list[dict[str, Any]] = []
    details: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as store, running(store) as service:
        for path in PATHS:
            seen_before(service, path)
            reports = [judged(service.address + path) for _ in range(RUNS)]
            for category, least in LEAST.items():
                scores = [score(report, category) for report in reports]
                row = {
                    "what": f"{path}: {category.replace('-', ' ')}",
                    "figure": f"{median(scores):.0f} ({min(scores)} to {max(scores)})",
                    "budget": f">= {least}",
                    "met": median(scores) >= least,
                }
                rows.append(row)
                sys.stdout.write(f"{row['what']}: {row['figure']}\n")
            figures = {
                words: median(report["audits"][audit]["numericValue"] for report in reports)
                for audit, words in PLAIN.items()
            }
            details[path] = {"median": figures, "lost": lost(reports)}
            sys.stdout.write(f"{path}: {details[path]}\n")
            rows.append(
                {
                    "what": f"{path}: what costs points",
                    "figure": ", ".join(details[path]["lost"]) or "nothing",
                }
            )
    write_results("bench_lighthouse", {"rows": rows, "details": details})


if __name__ == "__main__":
    main()
