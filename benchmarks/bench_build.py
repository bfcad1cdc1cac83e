"""From a configuration to a GLB, for every product: cold, again, size, triangles."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import brotli

from benchmarks.common import ROOT, Timing, measure, write_results
from models3d.errors import ModelError
from models3d.export.stl import write_stl
from models3d.gltf import write_glb
from viewer.catalogue import PRODUCTS
from viewer.configuration import build_model, configure

COLD_BUDGET_MS = {"ring": 300.0, "watch": 1500.0}
BROTLI_BUDGET_KB = {"solitaire": 60.0, "pave-solitaire": 90.0}
TRIANGLE_BUDGET = {"solitaire": 15_000}
COLD_RUNS = 3
COLD = """
import time
from models3d.gltf import write_glb
from viewer.configuration import build_model, configure
from viewer.pieces import piece_class
from viewer.catalogue import product
piece_class(product({product!r}).piece)
begun = time.perf_counter()
write_glb(build_model(configure({product!r})))
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


def row(what: str, figure: float, unit: str, budget: float | None) -> dict[str, Any]:
    """One line of the table."""
    stated: dict[str, Any] = {"what": what, "figure": f"{figure:.3g} {unit}".strip()}
    if figure >= 100:
        stated["figure"] = f"{figure:.0f} {unit}".strip()
    if budget is not None:
        stated |= {"budget": f"≤ {budget:g} {unit}".strip(), "met": figure <= budget}
    return stated


def measured(product: str, family: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Rows for the table and details for the record."""
    first = cold(product)
    configuration = configure(product)
    again = measure(lambda: write_glb(build_model(configure(product))), 5, warm_up=1)
    model = build_model(configuration)
    data = write_glb(model)
    packed = len(brotli.compress(data, quality=11)) / 1e3
    drawn = sum(len(part.mesh.triangles) * len(part.model_from_part) for part in model.parts)
    try:
        workshop_ms = measure(lambda: write_stl(model), 1, warm_up=0).median_ms
    except ModelError:  # nothing of metal to cast
        workshop_ms = None
    rows = [
        row(f"{product}: to GLB, cold", first.median_ms, "ms", COLD_BUDGET_MS.get(family)),
        row(f"{product}: written again", again.median_ms, "ms", None),
        row(f"{product}: GLB, brotli", packed, "KB", BROTLI_BUDGET_KB.get(product)),
        row(f"{product}: triangles drawn", drawn, "", TRIANGLE_BUDGET.get(product)),
    ]
    details = {
        "cold": first.as_dict(),
        "warm_write": again.as_dict(),
        "glb_bytes": len(data),
        "glb_brotli_bytes": round(1e3 * packed),
        "triangles_drawn": drawn,
        "triangles_stored": sum(len(part.mesh.triangles) for part in model.parts),
        "stl_ms": workshop_ms,
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
