"""The latency benchmark of this tree and of another revision, taken in turns.

Absolute times drift on a shared machine; taken in turns, the ratio holds. Usage:
    python -m benchmarks.compare REF
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import ROOT

ROUNDS = 3
STAGES = ("track", "solve", "render", "composite", "whole")


def frame_figures(tree: Path) -> dict[str, Any]:
    """One run of `bench_frame` in a tree; its results."""
    environment = os.environ | {"PARURE_MODELS": str(ROOT / "var" / "models")}
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        subprocess.run(
            [sys.executable, "-m", "benchmarks.bench_frame", "--json", file.name],
            cwd=tree,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        figures: dict[str, Any] = json.loads(Path(file.name).read_text())
    return figures


def main() -> None:
    """Print the medians of both trees and their ratio, stage by stage."""
    reference = sys.argv[1] if len(sys.argv) > 1 else "main"
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "reference"
        subprocess.run(
            ["git", "worktree", "add", "--detach", "-f", str(tree), reference], cwd=ROOT, check=True
        )
        try:
            (tree / "node_modules").symlink_to(ROOT / "node_modules")
            rounds = [(frame_figures(tree), frame_figures(ROOT)) for _ in range(ROUNDS)]
        finally:
            subprocess.run(
                ["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True
            )
    sys.stdout.write(f"{'stage':<12}{reference:>12}{'here':>12}{'ratio':>8}\n")
    for stage in STAGES:
        before, after = (
            float(np.median([pair[k]["stages"][stage]["median_ms"] for pair in rounds]))
            for k in (0, 1)
        )
        sys.stdout.write(f"{stage:<12}{before:>10.2f}ms{after:>10.2f}ms{after / before:>8.2f}\n")


if __name__ == "__main__":
    main()
