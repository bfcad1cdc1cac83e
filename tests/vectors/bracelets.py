"""Vectors of the whole solver of wrists: a watch, a bangle and a chain on drawn arms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.frames import Image, Intrinsics
from models3d.mesh import Model
from tests.vectors.golden import Case, Vectors, case
from tests.vectors.hands import faceted_ring
from tests.vectors.wrists import drawn, outline_of
from tryon.solvers.wrist_pieces import WristPiece, wrist_piece
from tryon.solvers.wrists import WristSolver
from tryon.types import Frame, Hand, HandLandmarks, Layer, PersonMask, Seen, Wearable

FRAMES = 9


def vectors() -> Vectors:
    """In photos and in a stream whose hand moves, with and without a sleeve."""
    watch = _loop(0.031, 0.004, "sits", dial=True, section=(30.1, 22.1))
    bangle = _loop(0.034, 0.003, "hangs", section=(30.1, 22.1))
    chain = _loop(0.032, 0.002, "drapes", section=(31.0, 22.8))
    pieces = [
        Wearable("watch", watch, hand=Hand.LEFT),
        Wearable("bangle", bangle),
        Wearable("chain", chain),
    ]
    return {
        "bracelets": [
            _solved(pieces, drawn(0.0), frames=1),
            _solved(pieces[1:], drawn(15.0, sleeve_from=0.75), frames=1),
            _solved(pieces[:2], drawn(-10.0, band=(0.35, 0.55)), frames=FRAMES),
            _solved(pieces, drawn(15.0, sleeve_from=0.75), frames=FRAMES),
            _solved(pieces[1:2], drawn(5.0, ribbed=True), frames=2, outlined=True),
        ]
    }


def _loop(
    radius: float, breadth: float, wears: str, *, dial: bool = False, section: tuple[float, float]
) -> Model:
    """A round loop of few facets that is worn so."""
    ring = faceted_ring(breadth, 0.001)
    part = ring.parts[0]
    grown = part.mesh.positions * (radius / 0.008, 1.0, radius / 0.008)
    mesh = replace(part.mesh, positions=grown.round(6))
    part = replace(part, name="dial" if dial else "loop", mesh=mesh)
    return Model(wears, (part,), extras={"wears": wears, "section_mm": list(section)})


def _solved(
    wearables: list[Wearable],
    arm: tuple[Image, HandLandmarks, Intrinsics],
    *,
    frames: int,
    outlined: bool = False,
) -> Case:
    image, hand, camera = arm
    outline = outline_of(image)
    mask = outline.astype(np.float32) / np.float32(255.0)
    solver = WristSolver(wearables, smoothing=frames > 1)
    random = np.random.default_rng(71)
    shifts = np.cumsum(random.normal(0.0, 0.3, (frames, 2)), axis=0).round(2)
    told = []
    for k, shift in enumerate(shifts):
        moved = replace(hand, points_px=hand.points_px + shift)
        time_ms = 33.0 * k
        person = PersonMask(mask, time_ms) if outlined else None
        frame = Frame(image, Seen((moved,), person=person), camera, time_ms)
        told.append([_layer(layer) for layer in solver.solve(frame)])
    worn = [
        {"product": each.product, "hand": each.hand, "wrist": _facts(wrist_piece(each))}
        for each in wearables
    ]
    given = {"mask": outline} if outlined else {}
    given |= {"wearables": worn, "hand": hand, "image": image, "camera": camera}
    return case(told, **given, shifts=list(shifts))


def _facts(piece: WristPiece) -> dict[str, object]:
    """What the page is told of a piece, in place of its meshes."""
    return {
        "section": piece.section,
        "wears": piece.wears,
        "dial": piece.dial,
        "loop": piece.loop,
        "below": {"loop": piece.loop},
        "even": {"loop": piece.even.loop},
        "lopsided": piece.lopsided,
        "half_band": piece.half_band,
    }


def _layer(layer: Layer) -> dict[str, object]:
    veil = layer.pieces[0].veil
    return {
        "veil": veil and [veil.region, veil.hides.ravel()[::97].astype(np.float64)],
        "pieces": [
            {
                "product": piece.placement.product,
                "confidence": piece.placement.confidence,
                "side": piece.placement.side,
                "camera_from_anchor": piece.placement.camera_from_anchor,
                "width_px": piece.placement.width_px,
                "scale": piece.placement.scale,
                "worn": piece.worn[0].camera_from_model,
                "opacity": piece.worn[0].opacity,
            }
            for piece in layer.pieces
        ],
        "arm": [layer.occluders[0].start, layer.occluders[0].start_radius, len(layer.occluders)],
    }
