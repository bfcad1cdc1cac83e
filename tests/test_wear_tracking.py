"""Tracking in the shopper's own browser: solved as in Python, seen by nobody, kept for later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from flask import request
from playwright.sync_api import Browser, BrowserContext, Page

from tests.chromium import wait
from tests.serving import hand_frame, person_frame
from tests.wearing import PLAIN_PAGE, asked, tracked
from tryon.landmarks import FaceTracker, HandTracker
from tryon.media.lens import assumed_intrinsics
from tryon.nets.heavy import HeavyNets
from tryon.nets.pose import PoseFinder
from tryon.solver import SetSolver
from tryon.types import Frame, Seen
from tryon.wearables import Place, wearable

pytestmark = pytest.mark.browser
WORN = ("solitaire", "drop-earrings", "chain")
NEAR_PX = {"finger": 0.3, "ear": 0.3, "neck": 0.5}
KEPT = "caches.open('parure-tracking').then((shelf) => shelf.keys()).then((all) => all.length)"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody's browser, new."""
    context = browser.new_context()
    yield context
    context.close()


def test_a_photo_is_solved_as_by_python_and_nobody_else_hears_of_it(shop, context):
    app, address = shop.app, shop.address
    picture = person_frame(1280)
    page, asked_for, problems = _visit(context, address)
    told = tracked(page, app, picture, asked(app, *WORN))
    assert told["failed"] is None
    assert problems == []
    assert {urlsplit(url).netloc for url in asked_for} == {urlsplit(address).netloc}
    assert [url for url in asked_for if "try-on" in url or "stream" in url] == []
    loaded, total = told["progress"][-1]
    assert loaded == total > 20e6
    assert all(a[0] <= b[0] for a, b in zip(told["progress"], told["progress"][1:], strict=False))
    ours = {(each.product, each.ear): each for each in _solved(picture)}
    theirs = {(each["product"], each["ear"]): each for each in told["solved"][0]["worn"]}
    assert ours.keys() == theirs.keys()
    for name, placement in ours.items():
        got = theirs[name]
        off = np.abs(np.subtract(got["centerPx"], placement.center_px)).max()
        assert off < NEAR_PX[placement.anchor], (name, off)
        assert got["widthPx"] == pytest.approx(placement.width_px, abs=0.7)
        assert got["confidence"] == pytest.approx(placement.confidence, abs=0.05)


def test_the_worker_alone_may_run_webassembly(shop):
    app = shop.app
    client = app.test_client()
    needs = client.get("/api/v1/tracking.json").get_json()
    worker, page = client.get(needs["worker"]), client.get(PLAIN_PAGE)
    assert "script-src 'self' 'wasm-unsafe-eval';" in worker.headers["Content-Security-Policy"]
    assert "wasm" not in page.headers["Content-Security-Policy"]
    assert "unsafe" not in client.get(needs["keeper"]).headers["Content-Security-Policy"]


def test_a_second_visit_starts_from_what_the_first_one_left(shop, context):
    app, address = shop.app, shop.address
    page, _, _ = _visit(context, address)
    first = tracked(page, app, hand_frame(640), asked(app, "band"), frames=3)
    assert first["failed"] is None
    wait(lambda: page.evaluate(KEPT) == 3, "worker, runtime and net are kept")
    page.close()
    page, _, _ = _visit(context, address)
    context.new_cdp_session(page).send("Network.clearBrowserCache")
    served: list[str] = []
    app.before_request_funcs.setdefault(None, []).append(_noting(served))
    second = tracked(page, app, hand_frame(640), asked(app, "band"), frames=3)
    assert second["solved"][-1]["worn"][0]["product"] == "band"
    assert [path for path in served if path.endswith((".wasm", ".task")) or "worker" in path] == []
    assert "/api/v1/tracking.json" in served


def test_what_is_damaged_on_its_way_is_not_run(shop, context):
    app, address = shop.app, shop.address
    page, _, _ = _visit(context, address)

    def altered(route: Any) -> None:
        body = bytearray(route.fetch().body())
        body[1000] ^= 1
        route.fulfill(body=bytes(body), content_type="application/wasm")

    context.route("**/*.wasm", altered)
    told = tracked(page, app, hand_frame(640), asked(app, "band"))
    assert (told["failed"], told["solved"]) == ("damaged", [])


def test_unknown_pieces_and_a_lost_network_are_told_by_name(shop, context):
    app, address = shop.app, shop.address
    page, _, _ = _visit(context, address)
    unknown = [{"product": "band", "hash": "0" * 64}]
    assert tracked(page, app, hand_frame(640), unknown)["failed"] == "unknown-piece"
    context.route("**/*.task", lambda route: route.abort())
    assert tracked(page, app, hand_frame(640), asked(app, "band"))["failed"] == "offline"


def _visit(context: BrowserContext, address: str) -> tuple[Page, list[str], list[str]]:
    """A page; what is asked for from now on, and what goes wrong."""
    page = context.new_page()
    asked_for: list[str] = []
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text))
    page.goto(address + PLAIN_PAGE)
    page.on("request", lambda request: asked_for.append(request.url))
    return page, asked_for, problems


def _solved(picture: Any) -> list[Any]:
    """What Python places, told no more than the page is: bodies by the light net."""
    with HandTracker(streaming=False) as hands, FaceTracker(streaming=False) as faces:
        seen = Seen(hands=hands.detect(picture, 0.0), faces=faces.detect(picture, 0.0))
    with pytest.MonkeyPatch.context() as patch:
        light = PoseFinder.model_for(streaming=True)
        patch.setattr(PoseFinder, "model_for", lambda streaming: light)
        slow = HeavyNets(bodies=True, person=True, find_faces=False, streaming=False, threads=2)
    slowly = slow.see(picture, seen.faces, 0.0)
    seen = replace(seen, bodies=slowly.bodies, person=slowly.person)
    camera = assumed_intrinsics(picture.shape[1], picture.shape[0])
    solver = SetSolver([wearable(each, {}, Place()) for each in WORN], smoothing=False)
    layers = solver.solve(Frame(picture, seen, camera, 0.0))
    return [piece.placement for layer in layers for piece in layer.pieces]


def _noting(served: list[str]) -> Any:
    return lambda: served.append(request.path)
