"""People's outlines and bodies in the shopper's own browser: what Python's nets see there."""

from __future__ import annotations

import numpy as np
import pytest

from models3d.frames import Image
from tests.serving import person_frame
from tests.wearing import PLAIN_PAGE, png
from tryon.landmarks import FaceTracker
from tryon.nets.heavy import HeavyNets
from tryon.nets.pose import PoseFinder
from tryon.types import FaceLandmarks, Seen

pytestmark = pytest.mark.browser
NEAR_SHARE, NEAR_PX, NEAR_M = 0.01, 0.1, 1e-4
SEEN = """async ([picture, face, streaming]) => {
  const needs = await (await fetch('/api/v1/tracking.json')).json();
  const bytesOf = async ({ file }) => new Uint8Array(await (await fetch(file)).arrayBuffer());
  const bytes = Uint8Array.from(atob(picture), (each) => each.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const { width, height } = bitmap;
  const pixels = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  pixels.drawImage(bitmap, 0, 0);
  const image = pixels.getImageData(0, 0, width, height);
  const worker = new Worker(needs.worker, { type: 'module', name: 'heavy' });
  const said = () => new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
  const runtime = await WebAssembly.compile(await bytesOf(needs.runtime));
  const nets = { person: await bytesOf(needs.person), bodies: await bytesOf(needs.bodies) };
  worker.postMessage({ do: 'open', runtime, nets });
  await said();
  const [pointsPx, depthsPx] = [face.points, face.depths].map((all) => Float64Array.from(all));
  const faces = [{ pointsPx, depthsPx, score: 1 }];
  const looks = { person: true, bodies: true };
  worker.postMessage({ do: 'see', image, faces, timeMs: 0, streaming, looks });
  const { person, bodies: [body] } = (await said()).seen;
  worker.terminate();
  const plain = (value) => Array.from(value);
  const { visibility, score } = body;
  const points = plain(body.pointsPx);
  return {
    person: { ...person, share: plain(person.share) },
    body: { points, world: plain(body.world), visibility: plain(visibility), score },
  };
}"""


@pytest.mark.parametrize("streaming", [True, False], ids=["stream", "photo"])
def test_outlines_and_bodies_are_those_that_python_sees(shop, browser, monkeypatch, streaming):
    light = PoseFinder.model_for(streaming=True)  # the page's only one
    monkeypatch.setattr(PoseFinder, "model_for", lambda streaming: light)
    picture = person_frame(1280)
    with FaceTracker(streaming=False) as finder:
        (face,) = finder.detect(picture, 0.0)
    ours = _seen(picture, face, streaming)
    assert ours.person is not None
    # the page itself may not compile: its worker is given what its tracking worker hands it
    with browser.new_context(bypass_csp=True) as context:
        page = context.new_page()
        page.goto(shop.address + PLAIN_PAGE)
        told = {"points": face.points_px.ravel().tolist(), "depths": face.depths_px.tolist()}
        theirs = page.evaluate(SEEN, [png(picture), told, streaming])
    rows, columns = ours.person.share.shape
    assert (theirs["person"]["rows"], theirs["person"]["columns"]) == (rows, columns)
    share = np.reshape(theirs["person"]["share"], (rows, columns))
    assert np.abs(share - ours.person.share).max() < NEAR_SHARE
    (body,), got = ours.bodies, theirs["body"]
    assert np.abs(np.reshape(got["points"], (-1, 2)) - body.points_px).max() < NEAR_PX
    assert np.abs(np.reshape(got["world"], (-1, 3)) - body.world).max() < NEAR_M
    assert np.abs(np.array(got["visibility"]) - body.visibility).max() < NEAR_SHARE
    assert got["score"] == pytest.approx(body.score, abs=NEAR_SHARE)


def _seen(picture: Image, face: FaceLandmarks, streaming: bool) -> Seen:
    nets = HeavyNets(bodies=True, person=True, find_faces=False, streaming=streaming, threads=2)
    return nets.see(picture, [face], 0.0)
