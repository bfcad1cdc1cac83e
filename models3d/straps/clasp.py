"""The folding clasp under the wrist: cover, blades, safety lip and two buttons."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh, merge
from models3d.solids import skin, solid, union
from models3d.straps.chain import Chain
from models3d.straps.fittings import bar, rounded_section
from models3d.straps.links import LinkSize, brushed_along

COVER_STEPS = 24
COVER_OVER = 0.35e-3  # over the links' outside
PIN_COVER = 0.25e-3  # between the last links' ends and the cover
BLADE_THICKNESS = 0.9e-3
LIP_LENGTH, LIP_THICKNESS = 8.5e-3, 0.85e-3
BUTTON = (4.6e-3, 1.7e-3, 0.55e-3)  # along, high, out


def clasp(chain: Chain, size: LinkSize, width: float) -> tuple[Mesh, Mesh]:
    """Brushed bodies and polished ones, closed.

    Args:
        width: metres, of the cover.
    """
    first = _station(chain)
    inset = size.radius + PIN_COVER
    start, end = first + inset, chain.loop.length - first - inset
    s = np.linspace(start, end, COVER_STEPS)
    cover = _plate(chain, s, -0.25 * size.radius, size.radius + COVER_OVER, width, 0.22e-3)
    folds = np.linspace(start + 0.8e-3, end - 0.8e-3, COVER_STEPS)
    third = len(folds) // 2
    low = -size.radius
    blades = [
        _plate(chain, part, low, low + BLADE_THICKNESS, share * width, 0.0)
        for part, share in ((folds[: third + 1], 0.62), (folds[third:], 0.46))
    ]
    lip_at = np.linspace(end - LIP_LENGTH, end + 0.9e-3, 8)
    top = size.radius + COVER_OVER - 0.1e-3
    lip = _plate(chain, lip_at, top, top + LIP_THICKNESS, 0.72 * width, 0.16e-3)
    buttons = [_button(chain, (start + end) / 2.0, sign, width, size) for sign in (1.0, -1.0)]
    lid = skin(union([solid(body) for body in (cover, lip, *buttons)]))
    return brushed_along(lid), merge(blades)


def _station(chain: Chain) -> float:
    """Of the last pin along the loop: under the wrist, where the loop runs back to x = 0."""
    x, station = chain.loop.points[:, 0], chain.loop.station
    under = slice(int(x.argmax()), int(x.argmin()) + 1)
    return float(np.interp(-chain.pins[-1, 0], -x[under], station[under]))


def _plate(chain: Chain, s: Array, low: float, high: float, width: float, dome: float) -> Mesh:
    """A curved plate between two heights over the pins' line."""
    line = chain.loop.place(s, np.zeros(len(s)), np.full(len(s), low))
    _, _, out = chain.loop.at(s)
    outward = np.stack([out[:, 0], 0.0 * s, out[:, 1]], -1)
    fillet = min(0.45e-3, 0.3 * (high - low))
    return bar(line, outward, rounded_section(width, high - low, fillet, dome, len(s)))


def _button(chain: Chain, at: float, sign: float, width: float, size: LinkSize) -> Mesh:
    """A rounded pusher in the flank of the cover."""
    along, high, out = BUTTON
    middle = 0.5 * (0.75 * size.radius + COVER_OVER)
    center = chain.loop.place(np.array([at]), np.zeros(1), np.array([middle]))[0]
    _, _, outward = chain.loop.at(np.array(at))
    up = np.array([outward[0], 0.0, outward[1]])
    reach = np.linspace(width / 2.0 - 0.4e-3, width / 2.0 + out, 4)
    line = center + sign * reach[:, None] * np.array([0.0, 1.0, 0.0])
    section = rounded_section(along, high, 0.45 * high, 0.0, 4)
    lowered = line - up * high / 2.0
    return bar(lowered, np.tile(up, (4, 1)), section)
