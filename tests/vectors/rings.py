"""Vectors of the whole solver of rings: a photograph, and a stream of it that moves and doubts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.frames import Intrinsics
from models3d.mesh import Model
from tests.vectors.golden import Case, Vectors, case, photo, seen
from tests.vectors.hands import faceted_ring, landmarks
from tryon.solvers.rings import RingSolver
from tryon.types import Finger, Frame, Hand, HandLandmarks, Layer, Seen, Wearable

FRAMES = 7


def vectors() -> Vectors:
    """A ring on every finger; a stack of three sizes; both in photos and in streams."""
    every = [Wearable(f"of {finger}", _ring(0.0172), finger) for finger in Finger]
    stack = [
        Wearable("low", _ring(0.0165), Finger.INDEX),
        Wearable("high", _ring(0.0172), Finger.INDEX, Hand.LEFT),
        Wearable("other hand's", _ring(0.0172), Finger.RING, Hand.RIGHT),
    ]
    still = [landmarks("small.hand")]
    moving = _moving()
    return {
        "rings": [
            _solved(every, still, smoothing=False),
            _solved(stack, still, smoothing=False),
            _solved(every[1:4], moving, smoothing=True),
            _solved(stack, moving, smoothing=True),
        ]
    }


def _ring(inner: float) -> Model:
    return replace(faceted_ring(0.0012, 0.0010), inner_diameter=inner)


def _moving() -> list[HandLandmarks]:
    random = np.random.default_rng(31)
    hand = landmarks("small.hand")
    return [
        replace(
            hand,
            points_px=(hand.points_px + random.normal(0.0, 0.5, (21, 2)) + 0.4 * k).round(2),
            world=(hand.world + random.normal(0.0, 0.001, (21, 3))).round(5),
            score=0.5 if k == 4 else 0.97,
            spread_px=None,
        )
        for k in range(FRAMES)
    ]


def _solved(wearables: list[Wearable], hands: list[HandLandmarks], *, smoothing: bool) -> Case:
    solver = RingSolver(wearables, smoothing=smoothing)
    camera = Intrinsics(**seen()["small.camera"])
    told = []
    for k, hand in enumerate(hands):
        frame = Frame(photo("small.photo"), Seen((hand,)), camera, 33.0 * k)
        told.append([_layer(layer) for layer in solver.solve(frame)])
    worn = [
        {
            "product": each.product,
            "finger": each.finger,
            "hand": each.hand,
            "model": {
                "inner_diameter": each.model.inner_diameter,
                "parts": [
                    {"positions": part.mesh.positions, "triangles": part.mesh.triangles}
                    for part in each.model.parts
                ],
            },
        }
        for each in wearables
    ]
    return case(
        told,
        wearables=worn,
        hands=hands,
        image="@small.photo",
        camera="@small.camera",
        smoothing=smoothing,
    )


def _layer(layer: Layer) -> dict[str, object]:
    return {
        "pieces": [
            {
                "product": piece.placement.product,
                "finger": piece.placement.finger,
                "hand": piece.placement.hand,
                "side": piece.placement.side,
                "confidence": piece.placement.confidence,
                "camera_from_anchor": piece.placement.camera_from_anchor,
                "center_px": piece.placement.center_px,
                "axis_px": piece.placement.axis_px,
                "width_px": piece.placement.width_px,
                "scale": piece.placement.scale,
                "opacity": piece.worn[0].opacity,
                "wearer": piece.worn[0].wearer,
            }
            for piece in layer.pieces
        ],
        "occluders": [[o.start, o.end, o.start_radius, o.end_radius] for o in layer.occluders],
    }
