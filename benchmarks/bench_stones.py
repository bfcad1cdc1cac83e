"""Every cut at its classic ratio: facets, volume, weight against the trade's formula, time."""

from __future__ import annotations

import sys
from typing import Any

from benchmarks.common import measure, write_results
from models3d.stones.cuts import CUTS, Cut, build_unit, unit_stone
from models3d.stones.stone import stone_by_carat

RUNS = 7
WEIGHT_BUDGET_PCT = 2.0
HEADER = f"{'cut':17s}{'facets':>7s}{'volume':>8s}{'error %':>9s}{'triangles':>11s}{'ms':>7s}\n"


def measured(cut: Cut) -> dict[str, Any]:
    """The figures of one cut. Volume is the share of the box length x width x depth; the error is
    that of the trade's formula for a diamond of one carat, None where it has none."""
    unit, melee = unit_stone(cut.id, cut.ratio), unit_stone(cut.id, cut.ratio, melee=True)
    made = stone_by_carat(cut.id, "diamond", 1.0)
    millimetres = (1e3 * v for v in (made.length, made.width, made.depth))
    error = None if cut.trade_factor is None else 100.0 * (1.0 / cut.trade_carat(*millimetres) - 1)
    return {
        "facets": cut.facets,
        "volume_factor": round(unit.volume_factor, 4),
        "weight_error_pct": None if error is None else round(error, 2),
        "triangles": len(unit.mesh.triangles),
        "melee_triangles": len(melee.mesh.triangles),
        "build": measure(lambda: build_unit(cut.id, cut.ratio), RUNS, warm_up=1).as_dict(),
    }


def main() -> None:
    """Measure every cut and write the figures down."""
    sys.stdout.write(HEADER)
    details = {}
    for cut in CUTS.values():
        figures = details[cut.id] = measured(cut)
        error = figures["weight_error_pct"]
        sys.stdout.write(
            f"{cut.id:17s}{figures['facets']:7d}{figures['volume_factor']:8.4f}"
            f"{'-' if error is None else format(error, '+.2f'):>9s}"
            f"{figures['triangles']:6d} /{figures['melee_triangles']:4d}"
            f"{figures['build']['median_ms']:7.1f}\n"
        )
    worst = max(abs(d["weight_error_pct"] or 0.0) for d in details.values())
    slowest = max(d["build"]["median_ms"] for d in details.values())
    rows = [
        {
            "what": "stones: worst weight against the trade's formula",
            "figure": f"{worst:.2f} %",
            "budget": f"≤ {WEIGHT_BUDGET_PCT:g} %",
            "met": worst <= WEIGHT_BUDGET_PCT,
        },
        {"what": "stones: slowest cut to build", "figure": f"{slowest:.1f} ms"},
    ]
    write_results("bench_stones", {"rows": rows, "details": details})


if __name__ == "__main__":
    main()
