"""What makes one stone's shader differ from another's: its facets, written as literals.

Literals are more than twice as fast as uniforms on a software rasteriser. Equal cuts share a
program whatever their size, because a shape is brought to unit size first.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from viewer.render.gem_shape import GemShape

DIGITS = 5  # of a literal; finer would tell equal cuts of different size apart
REFINEMENTS_LIVE, REFINEMENTS_STILL = 1, 3
REMEMBERED = 128  # stones' texts


def facet_literals(shape: GemShape, macro: str = "FACET") -> str:
    """`FACET(i, nx, ny, nz, w)` for every plane, as the shader expects them."""
    rows = np.round(np.column_stack([shape.normals, shape.offsets]), DIGITS) + 0.0  # no -0
    return " ".join(
        f"{macro}({i}, {', '.join(f'{value:.{DIGITS}f}' for value in row)})"
        for i, row in enumerate(rows.tolist())
    )


def _fold_literal(shape: GemShape, macro: str) -> str:
    """The plane x = 0 that closes a folded stone's half; its number is past all facets'."""
    return f" {macro}({len(shape.normals) + 1}, -1.0, 0.0, 0.0, 0.0)" if shape.folded else ""


def round_literal(shape: GemShape, entry: bool) -> str:
    """`GIRDLE_CYLINDER(...)`, `DOME(...)`, or nothing when all of the stone is facets."""
    girdle, dome = shape.girdle, shape.dome
    if dome is not None:
        macro, values = "ENTRY_DOME" if entry else "DOME", [*dome.center, *(1.0 / dome.radii)]
    elif girdle is not None:
        macro = "ENTRY_CYLINDER" if entry else "GIRDLE_CYLINDER"
        values = [*girdle.axis, *girdle.center, girdle.radius]
    else:
        return ""
    numbers = ", ".join(f"{value:.{DIGITS}f}" for value in (np.round(values, DIGITS) + 0.0))
    return f"{macro}({len(shape.normals)}, {numbers})"


@lru_cache(maxsize=REMEMBERED)
def gem_defines(
    shape: GemShape, *, bounces: int, full_dispersion: bool, has_setting: bool
) -> Mapping[str, str]:
    """All that makes one stone's program differ from another's; asked for in every frame."""
    defines = {
        "FACETS": facet_literals(shape) + _fold_literal(shape, "FACET"),
        "ENTRY_FACETS": facet_literals(shape, "ENTRY_FACET") + _fold_literal(shape, "ENTRY_FACET"),
        "ROUND": round_literal(shape, entry=False),
        "ENTRY_ROUND": round_literal(shape, entry=True),
        "PLANE_COUNT": str(len(shape.normals)),
        "BOUNCES": str(bounces),
        "REFINEMENTS": str(REFINEMENTS_STILL if full_dispersion else REFINEMENTS_LIVE),
    }
    if shape.folded:
        defines["FOLD"] = "1"
    if full_dispersion:
        defines["FULL_DISPERSION"] = "1"
    if has_setting:
        defines["HAS_SETTING"] = "1"
    return defines


@lru_cache(maxsize=REMEMBERED)
def plane_bytes(shape: GemShape) -> bytes:
    """The `planes` uniform: (n, 4) outward normal and offset."""
    return np.column_stack([shape.normals, shape.offsets]).astype("f4").tobytes()
