"""What a piece tells of how it is worn: told no more, the page's solver wears it as Python does."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from models3d.frames import Array, Image, Intrinsics
from models3d.mesh import Model, Part
from tests.vectors.bracelets import drawn
from tests.vectors.golden import photo, plain, seen
from tests.vectors.hands import landmarks
from tests.vectors.heads import face
from tests.vectors.necklaces import BARE
from tests.vectors.packing import packed
from tryon.solver import SetSolver
from tryon.solvers.necks import NeckSolver
from tryon.types import Ear, Finger, Frame, Hand, Seen, Wearable
from tryon.wearables import Place, wearable
from tryon.worn_facts import worn_facts, worn_model
from viewer.render.placed import placed
from viewer.render.renderer import Renderer
from viewer.web.model_file import viewer_glb

FRAMES = 3
NEAR = 2e-5  # metres between the same point of a jewel over here and over there
PLACES = (Place(), Place(Finger.INDEX), Place(Finger.THUMB))
NODE = Path(__file__).parent / "solved_in_node.js"


def _worn(*pieces: tuple[str, Place] | str) -> list[Wearable]:
    named = [(piece, Place()) if isinstance(piece, str) else piece for piece in pieces]
    return [wearable(product, {}, place) for product, place in named]


@pytest.fixture(scope="module")
def hand_pieces() -> list[Wearable]:
    """A stack of rings, one on a finger of another size."""
    return _worn("solitaire", "band", ("eternity", Place(Finger.INDEX)))


def test_rings_alone_and_upon_one_another_stand_as_in_python(hand_pieces):
    camera = Intrinsics(**seen()["small.camera"])
    frames = _frames(photo("small.photo"), camera, Seen(hands=(landmarks("small.hand"),)))
    _same(hand_pieces, frames)


def test_earrings_hang_and_swing_as_in_python():
    camera = Intrinsics(**seen()["person.camera"])
    frames = _frames(photo("person.photo"), camera, Seen(faces=(face("person.face"),)))
    _same(_worn("drop-earrings", ("stud-earrings", Place(ear=Ear.LEFT)), "hoop-earrings"), frames)


@pytest.mark.parametrize(
    ("bend", "pieces"),
    [(0.0, ("dress-watch", "chain-bracelet")), (60.0, ("charm-bracelet", "bangle"))],
)
def test_watches_and_bracelets_lie_as_in_python(bend, pieces):
    image, hand, camera = drawn(bend)
    on = Place(hand=Hand(hand.hand))
    _same(_worn(*((piece, on) for piece in pieces)), _frames(image, camera, Seen(hands=(hand,))))


def test_necklaces_and_what_hangs_from_them_lie_as_in_python():
    camera = Intrinsics(**seen()["person.camera"])
    frames = _frames(photo("person.photo"), camera, Seen(faces=(face("person.face"),)))
    with patch.object(NeckSolver, "_wear", lambda *_: BARE):  # veils are not the page's
        _same(_worn("heart-pendant", "tennis-necklace"), frames)


def test_a_ring_is_made_for_its_finger_and_says_so():
    sizes = [wearable("band", {}, place).model.inner_diameter for place in PLACES]
    told = [worn_facts(wearable("band", {}, p).model, "band")["inner_diameter"] for p in PLACES]
    assert told == sizes
    assert len(set(sizes)) == len(PLACES)


def test_only_what_is_worn_in_another_shape_has_a_file_of_its_own():
    as_shown = {
        name: worn_model(piece := wearable(name, {}, Place()).model) is piece
        for name in ("band", "stud-earrings", "drop-earrings", "bangle", "dress-watch", "chain")
    }
    assert [name for name, same in as_shown.items() if not same] == ["drop-earrings", "dress-watch"]


@pytest.mark.gpu
def test_the_viewers_file_says_which_link_each_instance_is():
    model = wearable("chain-bracelet", {}, Place()).model
    built = np.concatenate([part.model_from_part for part in model.parts])[:, :3, 3]
    with Renderer() as renderer:
        data = viewer_glb(renderer, model)
    document = json.loads(data[20 : 20 + int.from_bytes(data[12:16], "little")])
    root, *nodes = document["nodes"]
    rows = []
    for node in (nodes[k - 1] for k in root["children"]):
        rows += (links := node["extras"]["parure"]["links"])
        if "translation" in node:
            assert np.abs(node["translation"] - built[links[0]]).max() < 1e-6
        else:
            (instances,) = node["extensions"].values()
            count = document["accessors"][instances["attributes"]["TRANSLATION"]]["count"]
            assert count == len(links)
    assert sorted(rows) == list(range(len(built)))
    for part in model.parts:
        for piece in placed(part):
            assert np.array_equal(piece.model_from_part, part.model_from_part[piece.instances])


def _frames(image: Image, camera: Intrinsics, found: Seen) -> list[Frame]:
    """A photo that moves a little."""
    random = np.random.default_rng(5)
    shifts = np.cumsum(random.normal(0.0, 0.5, (FRAMES, 2)), axis=0).round(2)
    frames = []
    for k, shift in enumerate(shifts):
        moved: dict[str, Any] = {
            kind: tuple(replace(one, points_px=one.points_px + shift) for one in members)
            for kind, members in (("hands", found.hands), ("faces", found.faces))
        }
        frames.append(Frame(image, Seen(**moved), camera, 33.0 * k))
    return frames


def _same(pieces: list[Wearable], frames: list[Frame]) -> None:
    """In the stream and in its first frame as a photo, every point of every form is where it is."""
    for chosen, smoothing in ((frames[:1], False), (frames, True)):
        solver = SetSolver(pieces, smoothing=smoothing)
        (ours,) = [[solver.solve(frame) for frame in chosen]]
        theirs = _solved_in_node(pieces, chosen, smoothing)
        models = {piece.product: worn_model(piece.model) for piece in pieces}
        for layers, drawn_pieces in zip(ours, theirs, strict=True):
            worn = [piece for layer in layers for piece in layer.pieces]
            assert [piece.placement.product for piece in worn] == [
                piece["placement"]["product"] for piece in drawn_pieces
            ]
            assert worn
            for piece, other in zip(worn, drawn_pieces, strict=True):
                assert len(piece.worn) == len(other["worn"])
                for form, drawing in zip(piece.worn, other["worn"], strict=True):
                    assert form.opacity == pytest.approx(drawing["opacity"], abs=1e-3)
                    wanted = _points(form.model.parts, form.camera_from_model.matrix)
                    got = _drawn(models[drawing["file"]], drawing)
                    assert wanted.keys() == got.keys()
                    for name, points in wanted.items():
                        off = np.linalg.norm(points - got[name], axis=1).max()
                        assert off < NEAR, (drawing["file"], name, off)


def _solved_in_node(pieces: list[Wearable], frames: list[Frame], smoothing: bool) -> Any:
    told = [
        {
            "product": piece.product,
            "finger": piece.finger,
            "hand": piece.hand,
            "ear": piece.ear,
            "facts": worn_facts(piece.model, piece.product),
        }
        for piece in pieces
    ]
    case = {
        "frames": packed(plain(frames)),
        "mean": "@canonical",
        "smoothing": smoothing,
        "pieces": told,
    }
    given = json.dumps([case])
    done = subprocess.run(
        ["node", str(NODE)], input=given, capture_output=True, text=True, timeout=120, check=True
    )
    (solved,) = json.loads(done.stdout)
    return solved


def _points(parts: tuple[Part, ...], camera_from_model: Array) -> dict[str, Array]:
    """Some points of each part, camera frame."""
    found: dict[str, list[Array]] = {}
    for part in parts:
        some = part.mesh.positions[:: max(len(part.mesh.positions) // 5, 1)]
        placed = camera_from_model @ part.model_from_part
        points = some @ placed[:, :3, :3].swapaxes(1, 2) + placed[:, None, :3, 3]
        found.setdefault(part.name, []).append(points.reshape(-1, 3))
    return {name: np.concatenate(points) for name, points in found.items()}


def _drawn(model: Model, drawing: dict[str, Any]) -> dict[str, Array]:
    """The same points where the page draws them: its file's model, as types.js says it is drawn."""
    hanging = frozenset(model.extras.get("hanging", ()))
    shown = {"all": (True, False), "links": (False,), "hanging": (True,)}[drawing["shows"]]
    parts, first = [], 0
    for part in model.parts:
        hangs, places = part.name in hanging, part.model_from_part
        if drawing["laid"] and not hangs:
            links = np.reshape(drawing["laid"]["links"], (-1, 4, 4))[first : first + len(places)]
            first += len(places)
            places = links @ places
        elif drawing["laid"] and drawing["laid"]["hung"]:
            places = np.reshape(drawing["laid"]["hung"], (4, 4)) @ places
        if drawing["mirrored"]:
            places = np.diag([-1.0, 1.0, 1.0, 1.0]) @ places
        if hangs in shown:
            parts.append(replace(part, model_from_part=places))
    matrix = np.eye(4)
    matrix[:3, :3] = drawing["size"] * np.reshape(drawing["cameraFromModel"]["rotation"], (3, 3))
    matrix[:3, 3] = drawing["cameraFromModel"]["translation"]
    return _points(tuple(parts), matrix)
