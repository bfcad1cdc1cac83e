"""From a configuration to a GLB: cold (a new process), warm (the same again), size, triangles."""

from __future__ import annotations

import gzip
import subprocess
import sys
from itertools import count

from benchmarks.common import ROOT, Timing, measure, write_results
from models3d.gltf import write_glb
from models3d.export.stl import write_stl
from viewer.configuration import build_model, configure

PRODUCTS = ("solitaire", "band")
COLD_BUDGET_MS, WARM_BUDGET_MS, TRIANGLE_BUDGET = 300.0, 5.0, 15_000
COLD_RUNS = 7
COLD = """
import time
from models3d.gltf import write_glb
from viewer.configuration import build_model, configure
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


def main() -> None:
    """Measure both products and write the figures down."""
    rows, details = [], {}
    for product in PRODUCTS:
        first = cold(product)
        again = measure(lambda p=product: write_glb(build_model(configure(p))), 30)
        sizes = count(40)
        other = measure(
            lambda p=product, n=sizes: build_model(configure(p, {"size": f"EU {next(n)}"})), 20
        )
        workshop = measure(lambda p=product: write_stl(build_model(configure(p))), 5, warm_up=1)
        model = build_model(configure(product))
        data = write_glb(model)
        triangles = sum(len(p.mesh.triangles) * len(p.model_from_part) for p in model.parts)
        rows += [
            {
                "what": f"{product}: configuration to GLB, cold",
                "figure": f"{first.median_ms:.0f} ms",
                "budget": f"≤ {COLD_BUDGET_MS:.0f} ms",
                "met": first.median_ms <= COLD_BUDGET_MS,
            },
            {
                "what": f"{product}: configuration to GLB, warm",
                "figure": f"{again.median_ms:.1f} ms",
                "budget": f"≤ {WARM_BUDGET_MS:.0f} ms",
                "met": again.median_ms <= WARM_BUDGET_MS,
            },
            {"what": f"{product}: another size, model only", "figure": f"{other.median_ms:.0f} ms"},
            {"what": f"{product}: STL, one solid", "figure": f"{workshop.median_ms:.0f} ms"},
            {
                "what": f"{product}: triangles",
                "figure": f"{triangles}",
                "budget": f"≤ {TRIANGLE_BUDGET}",
                "met": triangles <= TRIANGLE_BUDGET,
            },
            {
                "what": f"{product}: GLB (gzip)",
                "figure": f"{len(data) / 1e3:.0f} KB ({len(gzip.compress(data, 9)) / 1e3:.0f} KB)",
            },
        ]
        details[product] = {
            "cold": first.as_dict(),
            "warm": again.as_dict(),
            "other_size": other.as_dict(),
            "stl": workshop.as_dict(),
            "glb_bytes": len(data),
            "triangles": triangles,
        }
    for row in rows:
        sys.stdout.write(f"{row['what']}: {row['figure']}\n")
    write_results("bench_build", {"rows": rows, "details": details})


if __name__ == "__main__":
    main()
