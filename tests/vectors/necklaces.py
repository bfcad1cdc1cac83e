"""Vectors of the whole solver of necks: portraits, and streams, with and without a person mask."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from unittest.mock import patch

import numpy as np

from models3d.frames import Intrinsics, PixelRegion
from models3d.mesh import Model
from tests.vectors.drapes import light_pendant, strung
from tests.vectors.golden import Case, Vectors, case, mask, photo, seen
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
    known, assumed = camera_of("person"), assumed_for("person")
    return {
        "necklaces": [
            _solved(pieces, assumed, frames=1),
            _solved(pieces[:1], known, frames=FRAMES),
            _solved(pieces, known, frames=FRAMES),
            _solved(pieces, assumed_for("wearer"), frames=1, name="wearer"),
            _solved(pieces[:1], camera_of("wearer"), frames=1, name="wearer"),
            _solved(pieces, camera_of("wearer"), frames=2 * FRAMES, name="wearer"),
        ]
    }


def camera_of(name: str) -> Intrinsics:
    """The camera of a small picture."""
    return Intrinsics(**seen()[f"{name}.camera"])


def assumed_for(name: str) -> Intrinsics:
    """The camera that is assumed for it."""
    image = photo(f"{name}.photo")
    return assumed_intrinsics(image.shape[1], image.shape[0])


def _solved(models: list[Model], camera: Intrinsics, *, frames: int, name: str = "person") -> Case:
    solver = NeckSolver([Wearable(m.name, m) for m in models], smoothing=frames > 1)
    random = np.random.default_rng(83)
    shifts = np.cumsum(random.normal(0.0, 0.4, (frames, 2)), axis=0).round(2)
    told = []
    masked = name == "wearer"  # else what hides a chain is not looked for
    bare = nullcontext() if masked else patch.object(NeckSolver, "_wear", lambda *_: BARE)
    with bare:
        for k, shift in enumerate(shifts):
            portrait = face(f"{name}.face")
            portrait = replace(portrait, points_px=portrait.points_px + shift)
            bodies = () if k == 3 else (body(f"{name}.body"),)
            person = mask("wearer.mask", 33.0 * (k - k % 2)) if masked else None
            found = Seen(faces=(portrait,), bodies=bodies, person=person)
            layers = solver.solve(Frame(photo(f"{name}.photo"), found, camera, 33.0 * k))
            told.append([_layer(layer) for layer in layers])
    given = {"mask": "@wearer.mask"} if masked else {}
    return case(
        told,
        wearables=[{"product": model.name, "strung": strung(model)} for model in models],
        **given,
        image=f"@{name}.photo",
        face=f"@{name}.face",
        body=f"@{name}.body",
        mean="@canonical",
        camera=camera,
        shifts=list(shifts),
    )


def _hides(veil: Veil) -> dict[str, object]:
    values = veil.hides.astype(np.float64)
    return {"region": veil.region, "mean": float(values.mean()), "some": values.ravel()[::197]}


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
                "veil": None if piece.veil in (None, BARE.veil) else _hides(piece.veil),
                "worn": [[each.camera_from_model, each.opacity] for each in piece.worn],
            }
            for piece in layer.pieces
        ],
        "bodies": [each.positions[::200] for each in layer.bodies[:1]],
    }
