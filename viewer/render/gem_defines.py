"""What makes one stone's shader differ from another's: its facets, written as literals.

Literals are more than twice as fast as uniforms on a software rasteriser. Equal cuts share a
program whatever their size, because a shape is brought to unit size first.
"""

from __future__ import annotations

import numpy as np

from viewer.render.gem_shape import GemShape

REFINEMENTS_LIVE, REFINEMENTS_STILL = 1, 3
LEVEL_LIVE, LEVEL_STILL = 1, 0  # of the environment: a pixel of a live stone is coarse


def facet_literals(shape: GemShape) -> str:
    """`FACET(i, nx, ny, nz, w)` for every plane, as the shader expects them."""
    rows = zip(shape.normals.tolist(), shape.offsets.tolist(), strict=True)
    return " ".join(
        f"FACET({i}, {n[0]:.6f}, {n[1]:.6f}, {n[2]:.6f}, {w:.6f})" for i, (n, w) in enumerate(rows)
    )


def girdle_literal(shape: GemShape) -> str:
    """`GIRDLE_CYLINDER(...)`, or nothing when the girdle is facets."""
    girdle = shape.girdle
    if girdle is None:
        return ""
    numbers = ", ".join(f"{v:.6f}" for v in (*girdle.axis, *girdle.center, girdle.radius))
    return f"GIRDLE_CYLINDER({len(shape.normals)}, {numbers})"


def gem_defines(
    shape: GemShape, *, bounces: int, full_dispersion: bool, has_setting: bool
) -> dict[str, str]:
    """All that makes one stone's program differ from another's."""
    defines = {
        "FACETS": facet_literals(shape),
        "GIRDLE": girdle_literal(shape),
        "PLANE_COUNT": str(len(shape.normals)),
        "BOUNCES": str(bounces),
        "REFINEMENTS": str(REFINEMENTS_STILL if full_dispersion else REFINEMENTS_LIVE),
        "GEM_LEVEL": f"{LEVEL_STILL if full_dispersion else LEVEL_LIVE}.0",
    }
    if full_dispersion:
        defines["FULL_DISPERSION"] = "1"
    if has_setting:
        defines["HAS_SETTING"] = "1"
    return defines


def plane_bytes(shape: GemShape) -> bytes:
    """The `planes` uniform: (n, 4) outward normal and offset."""
    return np.column_stack([shape.normals, shape.offsets]).astype("f4").tobytes()
