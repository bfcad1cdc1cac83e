"""Vectors of the whole solver of necks, without what hides a chain: a portrait, and a stream."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import numpy as np

from models3d.frames import Intrinsics, PixelRegion
from models3d.mesh import Model
from tests.vectors.drapes import light_pendant, strung
from tests.vectors.golden import Case, Vectors, case, photo, seen
from tests.vectors.heads import face
from tests.vectors.necks import body
from tryon.covers.collar import Wear
from tryon.media.lens import assumed_intrinsics
from tryon.solvers.necks import NeckSolver
from tryon.types import Frame, Layer, Seen, Veil, Wearable
from viewer.bake import build_model
from viewer.configuration import configure

FRAMES = 7
BARE = Wear(Veil(np.zeros((1, 1), np.float32), PixelRegion(0, 0, 1, 1)), 1.0)


def vectors() -> Vectors:
    """Two necklaces on one woman."""
    pieces = [light_pendant(), build_model(configure("chain", {}))]
    image = photo("person.photo")
    known = Intrinsics(**seen()["person.camera"])
    assumed = assumed_intrinsics(image.shape[1], image.shape[0])
    return {
        "necklaces": [
            _solved(pieces, assumed, frames=1),
            _solved(pieces[:1], known, frames=FRAMES),
            _solved(pieces, known, frames=FRAMES),
        ]
    }


def _solved(models: list[Model], camera: Intrinsics, *, frames: int) -> Case:
    solver = NeckSolver([Wearable(m.name, m) for m in models], smoothing=frames > 1)
    random = np.random.default_rng(83)
    shifts = np.cumsum(random.normal(0.0, 0.4, (frames, 2)), axis=0).round(2)
    told = []
    with patch.object(NeckSolver, "_wear", lambda *_: BARE):
        for k, shift in enumerate(shifts):
            portrait = face("person.face")
            portrait = replace(portrait, points_px=portrait.points_px + shift)
            bodies = () if k == 3 else (body("person.body"),)
            found = Seen(faces=(portrait,), bodies=bodies)
            layers = solver.solve(Frame(photo("person.photo"), found, camera, 33.0 * k))
            told.append([_layer(layer) for layer in layers])
    return case(
        told,
        wearables=[{"product": model.name, "strung": strung(model)} for model in models],
        image="@person.photo",
        face="@person.face",
        body="@person.body",
        mean="@canonical",
        camera=camera,
        shifts=list(shifts),
    )


def _layer(layer: Layer) -> dict[str, object]:
    return {
        "pieces": [
            {
                "product": piece.placement.product,
                "confidence": piece.placement.confidence,
                "camera_from_anchor": piece.placement.camera_from_anchor,
                "center_px": piece.placement.center_px,
                "axis_px": piece.placement.axis_px,
                "width_px": piece.placement.width_px,
                "scale": piece.placement.scale,
                "worn": [[each.camera_from_model, each.opacity] for each in piece.worn],
            }
            for piece in layer.pieces
        ],
        "bodies": [each.positions[::200] for each in layer.bodies[:1]],
    }
