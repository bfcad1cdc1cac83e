"""The page's ring on drawn hands with known joints, in lock-step with a rival where one is given.

Every picture is handed over frame by frame, the next when the last was answered, so that a slow
tracker loses nothing; what it says of the last frame counts. Two errors of the ring finger, as
WebAR.rocks.hand was measured by them: how far beside the line from knuckle to middle joint the ring
sits, in lengths of that bone, and by how much its axis is turned from it in the picture; then the
same by the middle between the finger's edges, which a ring that is worn follows. The two differ:
joints do not lie in the middle of the flesh, and what that alone makes of a ring is told too.

`--rival FOLDER` runs another tracker beside: the folder has a module `rival.js` that exports
`open()`, which promises an object with `look(image, timeMs)`, which promises
`{ center: [x, y], axis: [x, y] }` in pixels of the ImageBitmap it was given, or null. Whatever else
lies in the folder is served beside it, under /bench/.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import browser, told
from benchmarks.common import ROOT, write_results
from benchmarks.fit_tilt import SEEN
from benchmarks.service import Service, running
from benchmarks.synthetic_figures import angle_deg
from benchmarks.synthetic_hand import FINGERS, between_edges, cut_across
from benchmarks.synthetic_scene import Picture, still
from models3d.frames import Array
from tests.wearing import PLAIN_PAGE, png
from tryon.types import Finger, Side
from viewer.render.renderer import Renderer

PRODUCT = "band"
EACH = 12  # pictures of each side
FRAMES, FRAME_MS = 8, 33  # of one picture
APART_MS = 5000  # between two pictures: nothing of the last is remembered
MOST_TILT = 0.6  # sine of the angle to the picture's plane: a rival's guide asks for a flat hand
MCP, PIP = 13, 14  # of the ring finger
# Of the bone, between which edges tell the finger's middle: below, the skin between two fingers
# widens a cut to one side.
EDGES_AT = (0.6, 0.9)
# WebAR.rocks.hand on a drawn hand in the same browser: across, lengths of the bone; axis, degrees.
RIVAL = {Side.PALMAR: (0.020, 1.3), Side.DORSAL: (0.041, 1.1)}
PATIENCE_S = 120.0
OPEN = """([tracking, rival, asked]) => {
  window.told = { ready: false, answers: null, failed: null };
  (async () => {
    const { openTracking } = await import(tracking);
    const other = rival && (await (await import(rival)).open());
    let answered = () => {};
    const follower = openTracking({
      progress: () => {},
      ready: () => (told.ready = true),
      solved: (solved) => {
        const [worn] = solved.layers.flatMap(({ pieces }) => pieces);
        solved.image.close();
        answered(worn?.worn[0].opacity ? { center: [...worn.placement.centerPx], axis: [...worn.placement.axisPx] } : null);
      },
      failed: (reason) => (told.failed = reason),
    });
    follower.wear(asked, true);
    window.show = async (picture, times) => {
      told.answers = null;
      const bytes = Uint8Array.from(atob(picture), (each) => each.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      let found = {};
      for (const time of times) {
        const frame = await createImageBitmap(image);
        found.ours = await new Promise((answer) => { answered = answer; follower.frame(frame, time); });
        if (other) found.rival = await other.look(image, time);
      }
      image.close();
      told.answers = found;
    };
  })().catch((error) => (told.failed = `${error}`));
}"""  # noqa: E501


def pictures() -> Iterator[tuple[Side, Picture]]:
    """As many of each side as are wanted, whose ring finger is seen and lies rather flat."""
    left = dict.fromkeys(RIVAL, EACH)
    with Renderer() as renderer:
        number = 0
        while any(left.values()):
            picture = still(renderer, number)
            number += 1
            truth = picture.fingers[Finger.RING]
            if left.get(truth.side) and truth.seen >= SEEN and abs(truth.axis[2]) < MOST_TILT:
                left[truth.side] -= 1
                yield truth.side, picture


def errors_of(
    answer: dict[str, list[float]], middle: Array, axis: Array, bone_px: float
) -> tuple[float, float]:
    """How far beside a line, in lengths of the bone, and degrees off its direction.

    Args:
        middle: (2,) pixels, a point of the line.
        axis: (2,) its direction, of any length.
    """
    along = axis / np.linalg.norm(axis)
    off = np.array(answer["center"]) - middle
    across = abs(float(along[0] * off[1] - along[1] * off[0])) / bone_px
    return across, angle_deg(np.array(answer["axis"]), axis)


def truths_of(picture: Picture) -> dict[str, tuple[Array, Array, float]]:
    """The line of the joints, and the one between the finger's edges, where a ring is worn."""
    joints = picture.landmarks_px
    bone = joints[PIP] - joints[MCP]
    bone_px = float(np.linalg.norm(bone))
    low, high = (middle_px(picture, share) for share in EDGES_AT)
    return {"joints": (joints[MCP], bone, bone_px), "edges": (low, high - low, bone_px)}


def middle_px(picture: Picture, share: float) -> Array:
    """(2,) the middle between the finger's edges, at a share of the bone."""
    start, end = picture.hand.landmarks()[[MCP, PIP]]
    axis = (end - start) / np.linalg.norm(end - start)
    point = start + share * (end - start)
    section = cut_across(picture.hand, FINGERS.index(Finger.RING), point, axis)
    axis_px = picture.fingers[Finger.RING].axis_px
    return between_edges(picture.camera.project(section), axis_px)[0]


def worn_truly(picture: Picture) -> dict[str, list[float]]:
    """What a ring would be told of that sits between the edges, without any error of its own."""
    middle, axis, _ = truths_of(picture)["edges"]
    return {"center": middle.tolist(), "axis": axis.tolist()}


def shown(page: Page, picture: Picture, begun_ms: float) -> dict[str, Any]:
    """What both say of a picture.

    Raises:
        RuntimeError: one of them failed.
    """
    times = [begun_ms + FRAME_MS * k for k in range(FRAMES)]
    page.evaluate("([picture, times]) => void show(picture, times)", [png(picture.image), times])
    answers: dict[str, Any] = told(page, "told.answers", PATIENCE_S)["answers"]
    return answers


def measured(service: Service, rival: bool) -> dict[str, dict[Side, list[tuple[float, float]]]]:
    """Errors by who made them and by the hand's side; None where nothing was worn."""
    built = json.loads((ROOT / "static/dist/manifest.json").read_text())
    _, said, _ = service.ask("POST", "/api/v1/configurations", {"product": PRODUCT})
    asked = [{"product": PRODUCT, "hash": json.loads(said)["hash"], "finger": "ring"}]
    other = "/bench/rival.js" if rival else None
    found: dict[str, dict[Side, list[Any]]] = defaultdict(lambda: defaultdict(list))
    with sync_playwright() as playwright, browser(playwright) as (opened, _):
        page = opened.new_page()
        page.goto(service.address + PLAIN_PAGE)
        page.evaluate(OPEN, [f"/static/{built['tracking.js']}", other, asked])
        told(page, "told.ready", PATIENCE_S)
        for k, (side, picture) in enumerate(pictures()):
            truths = truths_of(picture)
            error = errors_of(worn_truly(picture), *truths["joints"])
            found["the edges' own middle by joints"][side].append(error)
            for who, answer in shown(page, picture, 1000.0 + APART_MS * k).items():
                for name, truth in truths.items():
                    error = errors_of(answer, *truth) if answer else None
                    found[f"{who} by {name}"][side].append(error)
    return found


def rows_of(found: dict[str, dict[Side, list[Any]]]) -> list[dict[str, Any]]:
    """The figures in words, beside those to beat."""
    rows: list[dict[str, Any]] = []
    for who, sides in found.items():
        for side, errors in sides.items():
            worn = np.array([one for one in errors if one])
            name = f"{who}, {'palm' if side is Side.PALMAR else 'back'}"
            rows.append({"what": f"{name}: worn", "figure": f"{len(worn)} of {len(errors)}"})
            if len(worn) == 0:
                continue
            for column, what, unit in ((0, "across", "of MCP-PIP"), (1, "axis", "°")):
                middle = float(np.median(worn[:, column]))
                worse = float(np.percentile(worn[:, column], 90))
                digits = 1 if column else 3
                limit = RIVAL[side][column]
                rows.append(
                    {
                        "what": f"{name}: {what}",
                        "figure": f"median {middle:.{digits}f}, p90 {worse:.{digits}f} {unit}",
                        "budget": f"<= {limit} {unit}",
                        "met": middle <= limit,
                    }
                )
    return rows


def main() -> None:
    """Measure, print, write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rival", type=Path, help="folder with rival.js")
    folder = parser.parse_known_args()[0].rival
    with tempfile.TemporaryDirectory() as store, running(store, folder) as service:
        rows = rows_of(measured(service, folder is not None))
    for row in rows:
        budget = f"  (to beat: {row['budget']})" if row.get("budget") else ""
        sys.stdout.write(f"{row['what']:30} {row['figure']}{budget}\n")
    write_results("accuracy_page_ring", {"rows": rows})


if __name__ == "__main__":
    main()
