"""From a configuration to the GLB that a page takes, for every product: cold, warm, size."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from typing import Any

import brotli

from benchmarks.common import ROOT, Timing, measure, write_results
from viewer.bake import edition
from viewer.catalogue import PRODUCTS
from viewer.configuration import build_model, configure
from viewer.exports import KINDS, OwnStudio
from viewer.store import Store

COLD_BUDGET_MS = {"ring": 300.0, "watch": 1500.0}
WARM_BUDGET_MS = 5.0
BROTLI_BUDGET_KB = {"solitaire": 60.0, "pave-solitaire": 90.0}
TRIANGLE_BUDGET = {"ring": 40_000, "watch": 100_000, "necklace": 100_000, "bracelet": 100_000}
COLD_RUNS = 3
COLD = """
import time
from viewer.catalogue import product
from viewer.configuration import configure
from viewer.exports import KINDS, OwnStudio
from viewer.pieces import piece_class
piece_class(product({product!r}).piece)
begun = time.perf_counter()
with OwnStudio() as studio:
    KINDS["glb"].write(configure({product!r}), studio)
print(1e3 * (time.perf_counter() - begun))
"""


def cold(product: str) -> Timing:
    """The first build of a process, imports not counted."""
    durations = []
    for _ in range(COLD_RUNS):
        code = COLD.format(product=product)
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
        )
        durations.append(float(done.stdout))
    return Timing.of(durations)


def warm(product: str, data: bytes) -> Timing:
    """From the store, as a page that somebody has seen before."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, edition())
        return measure(lambda: store.asset(configure(product), "model.glb", lambda: data), 30)


def row(what: str, figure: float, unit: str, budget: float | None) -> dict[str, Any]:
    """One line of the table."""
    value = f"{figure:.0f}" if figure >= 100 else f"{figure:.3g}"
    stated: dict[str, Any] = {"what": what, "figure": f"{value} {unit}".strip()}
    if budget is not None:
        stated |= {"budget": f"≤ {budget:g} {unit}".strip(), "met": figure <= budget}
    return stated


def measured(product: str, family: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Rows for the table and details for the record."""
    first = cold(product)
    configuration = configure(product)
    model = build_model(configuration)
    with OwnStudio() as studio:
        data = KINDS["glb"].write(configuration, studio)
    again = warm(product, data)
    packed = len(brotli.compress(data, quality=11)) / 1e3
    drawn = sum(len(part.mesh.triangles) * len(part.model_from_part) for part in model.parts)
    rows = [
        row(f"{product}: to GLB, cold", first.median_ms, "ms", COLD_BUDGET_MS.get(family)),
        row(f"{product}: to GLB, warm", again.median_ms, "ms", WARM_BUDGET_MS),
        row(f"{product}: GLB, brotli", packed, "KB", BROTLI_BUDGET_KB.get(product)),
        row(f"{product}: triangles drawn", drawn, "", TRIANGLE_BUDGET.get(family)),
    ]
    details = {
        "cold": first.as_dict(),
        "warm": again.as_dict(),
        "glb_bytes": len(data),
        "glb_brotli_bytes": round(1e3 * packed),
        "triangles_drawn": drawn,
        "triangles_stored": sum(len(part.mesh.triangles) for part in model.parts),
    }
    return rows, details


def main() -> None:
    """Measure every product and write the figures down."""
    rows, details = [], {}
    for product in PRODUCTS.values():
        own, details[product.id] = measured(product.id, product.family)
        rows += own
        for line in own:
            sys.stdout.write(f"{line['what']}: {line['figure']}\n")
        sys.stdout.flush()
    write_results("bench_build", {"rows": rows, "details": details})


if __name__ == "__main__":
    main()
