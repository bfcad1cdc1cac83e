"""What makes one stone's shader differ from another's: its facets, written as literals.

Literals are more than twice as fast as uniforms on a software rasteriser. Equal cuts share a
program whatever their size, because a shape is brought to unit size first.

A facet with the normal (s u, c), u of length 1 across the stone's axis, is met at
(w - n.p) / n.d = (w / s - c / s p.z - u.p) / (c / s d.z + u.d). Facets of one tier share c / s and
w / s, those that look the same way or the opposite way share u: few products serve them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from viewer.render.gem_shape import GemShape
from viewer.render.limbs import MAX_LIMBS, limb_defines

DIGITS = 5  # of a literal; finer would tell equal cuts of different size apart
REFINEMENTS_LIVE, REFINEMENTS_STILL = 1, 3
REMEMBERED = 128  # stones' texts
LEAST_ACROSS = 0.05  # of a normal, across the axis: flatter facets are told as they are
SAME_WAY = 2e-4  # between directions across the axis that are one


def facet_literals(shape: GemShape, macro: str = "FACET") -> str:
    """`FACET(i, nx, ny, nz, w)` for every plane, as the shader expects them."""
    rows = np.round(np.column_stack([shape.normals, shape.offsets]), DIGITS) + 0.0  # no -0
    return " ".join(
        f"{macro}({i}, {', '.join(f'{value:.{DIGITS}f}' for value in row)})"
        for i, row in enumerate(rows.tolist())
    )


def facet_terms(shape: GemShape) -> str:
    """What every plane says to a ray at p along d, in GLSL, with what planes share said once."""
    rows = np.round(np.column_stack([shape.normals, shape.offsets]), DIGITS) + 0.0
    across = np.hypot(rows[:, 0], rows[:, 1])
    text: list[str] = []
    meets: list[str] = []
    ways: list[tuple[float, float]] = []
    tiers: dict[tuple[str, str], int] = {}
    for i, (row, reach) in enumerate(zip(rows.tolist(), across.tolist(), strict=True)):
        if reach < LEAST_ACROSS:
            meets.append(f"FACET({i}, {', '.join(_literal(value) for value in row)})")
            continue
        way, sign = _way(ways, row[0] / reach, row[1] / reach)
        if way == len(ways):
            x, y = row[0] / reach, row[1] / reach
            ways.append((x, y))
            x_text, y_text = _literal(x), _literal(y)
            text.append(f"float g{way} = {x_text} * d.x + {y_text} * d.y;")
            text.append(f"float h{way} = {x_text} * p.x + {y_text} * p.y;")
        tier = _literal(row[2] / reach), _literal(row[3] / reach)
        if tier not in tiers:
            tiers[tier] = len(tiers)
            text.append(f"float c{tiers[tier]} = {tier[0]} * d.z;")
            text.append(f"float w{tiers[tier]} = {tier[1]} - {tier[0]} * p.z;")
        with_way, against = ("+", "-") if sign > 0 else ("-", "+")
        k = tiers[tier]
        meets.append(f"MEET({i}, c{k} {with_way} g{way}, w{k} {against} h{way})")
    return " ".join([*text, *meets])


def _way(ways: list[tuple[float, float]], x: float, y: float) -> tuple[int, int]:
    """Which of the directions is (x, y), and whether it is it or its opposite; else the next."""
    for number, (u, v) in enumerate(ways):
        for sign in (1, -1):
            if max(abs(x - sign * u), abs(y - sign * v)) < SAME_WAY:
                return number, sign
    return len(ways), 1


def _literal(value: float) -> str:
    """A number as GLSL takes it; a negative one in parentheses."""
    text = f"{round(value, DIGITS) + 0.0:.{DIGITS}f}"
    return f"({text})" if text.startswith("-") else text


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
    shape: GemShape,
    *,
    bounces: int,
    full_dispersion: bool,
    has_setting: bool,
    most_limbs: int = MAX_LIMBS,
) -> Mapping[str, str]:
    """All that makes one stone's program differ from another's; asked for in every frame.

    Args:
        most_limbs: that may hide some of it.
    """
    defines = {
        "FACETS": facet_terms(shape) + _fold_literal(shape, "FACET"),
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
    return defines | limb_defines(most_limbs)


@lru_cache(maxsize=REMEMBERED)
def plane_bytes(shape: GemShape) -> bytes:
    """The `planes` uniform: (n, 4) outward normal and offset."""
    return np.column_stack([shape.normals, shape.offsets]).astype("f4").tobytes()
