"""Vectors of necklaces on necks: their lines at rest, and links and pendants laid on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.mesh import Model
from tests.vectors.golden import Case, Vectors, case
from tests.vectors.hands import faceted_ring
from tryon import worn_facts
from tryon.drape import Loop, _line, drape, loop_of, stepped
from viewer.bake import build_model
from viewer.configuration import configure

EVERY = 24  # links of a part, of which one is written down


def vectors() -> Vectors:
    """Of a plain chain and of one with a pendant, on three necks."""
    chain = build_model(configure("chain", {}))
    pendant = light_pendant()
    return {
        "stepped": [case(stepped(base), base=base) for base in (0.2, 0.3349, 0.371, 0.6)],
        "lines": [_lines(_loop_of(chain), base) for base in (None, 0.43)]
        + [_lines(_loop_of(pendant), base) for base in (None, 0.34)],
        "drape": [_draped(chain, 0.43), _draped(pendant, 0.34), _draped(pendant, 0.49)],
    }


def light_pendant() -> Model:
    """A pendant's own chain, with something of few points hanging from it."""
    model = build_model(configure("solitaire-pendant", {}))
    hanging = frozenset(model.extras["hanging"])
    kept = tuple(part for part in model.parts if part.name not in hanging)
    place = np.eye(4)
    place[:3, 3] = model.extras["hangs_from"] + np.array([0.0, -0.009, 0.001])
    ring = faceted_ring(0.0012, 0.001).parts[0]
    moving = replace(ring, name=next(iter(sorted(hanging))), model_from_part=place[None])
    return replace(model, parts=(*kept, moving))


def _loop_of(model: Model) -> Loop:
    loop = loop_of(model)
    assert loop is not None
    return loop


def _lines(loop: Loop, base: float | None) -> Case:
    line = _line(loop, base)
    told = {"points": line.points[::80], "frames": line.frames[::400, :3, :3]}
    return case(told, loop=loop, base=base)


def strung(model: Model) -> dict[str, object]:
    """What the page is told of a necklace, with few of its links."""
    hanging = frozenset(model.extras.get("hanging", ()))
    kept = [part for part in model.parts if part.name not in hanging]
    moving = [part.world_mesh().positions for part in model.parts if part.name in hanging]
    return worn_facts.strung(model) | {
        "links": np.concatenate([part.model_from_part[::EVERY] for part in kept]),
        "hanging": np.concatenate([*moving, np.zeros((0, 3))]).round(9),
    }


def _draped(model: Model, base: float) -> Case:
    hanging = frozenset(model.extras.get("hanging", ()))
    draped, sways = drape(model, base), drape(model, base).swaying
    after = [part for part in draped.model.parts if part.name not in hanging]
    told = {
        "links": np.concatenate([part.model_from_part[::EVERY] for part in after]),
        "line": draped.line[::10],
        "drop": draped.drop,
        "breadth": draped.breadth,
    }
    if sways is not None:
        (moving,) = (part for part in model.parts if part.name in hanging)
        swung = sways.swinging.parts[0].model_from_part[0]
        told["hung"] = swung @ np.linalg.inv(moving.model_from_part[0])
        told["hinge"], told["pendulum_length"] = sways.hinge, sways.pendulum_length
    return case(told, strung=strung(model), base=base)
