"""A new piece is shown at once, lit as one that is known, until its own file is there."""

import json
from time import monotonic
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route
from scipy.spatial import cKDTree

from api import hurrying
from api.services import Services
from tests.chromium import until, wait
from tests.serving import application, listening
from tests.viewing import VIEWER
from viewer.configuration import Configuration, build_model, configure, forget_models
from viewer.hurried import hurried_file, prepare
from viewer.render.renderer import Renderer
from viewer.variants import choices
from viewer.web.known import Known, KnownSurface, read_known
from viewer.web.model_file import hurried_glb, viewer_glb
from viewer.web.packing import compact_bare

pytestmark = pytest.mark.gpu
FACING = 1e-3  # metres that a turn of a normal by a radian counts as
PATIENCE_S = 120.0


def described(data: bytes) -> dict[str, Any]:
    """What a viewer's file says of its piece."""
    length = int.from_bytes(data[12:16], "little")
    found: dict[str, Any] = json.loads(data[20 : 20 + length])["nodes"][0]["extras"]["parure"]
    return found["viewer"]


def known(renderer: Renderer, product: str, options: dict[str, str]) -> bytes:
    piece = configure(product, options)
    return viewer_glb(renderer, build_model(piece), choices(piece))


def hurried(like: bytes, product: str, options: dict[str, str]) -> bytes:
    piece = configure(product, options)
    return hurried_glb(build_model(piece), read_known(like), choices(piece))


def off(one: KnownSurface, other: KnownSurface) -> np.ndarray:
    """(n, 4): how much openness differs at the same places of the same mesh."""
    places = [np.hstack([each.positions, FACING * each.normals]) for each in (one, other)]
    distance, nearest = cKDTree(places[1]).query(places[0])
    assert distance.max() < 1e-4  # it is the same mesh
    return np.abs(one.openness - other.openness[nearest])


def openness_off(careful: Known, quick: Known) -> np.ndarray:
    """(n, 4) of all surfaces, each first instance."""
    one = {each.part: each for each in reversed(careful.surfaces)}
    other = {each.part: each for each in reversed(quick.surfaces)}
    assert one.keys() == other.keys()
    return np.concatenate([off(one[name], other[name]) for name in one])


@pytest.mark.parametrize(
    ("product", "now", "most"),
    [
        ("solitaire", {"size": "EU 60"}, 0.03),
        ("halo", {"carat": "1.3"}, 0.05),
        ("signet", {"engraving": "AB"}, 0.08),  # nobody knows the light in letters
    ],
)
def test_a_hurried_file_is_the_careful_one_but_for_a_little_of_its_light(
    renderer: Renderer, product: str, now: dict[str, str], most: float
) -> None:
    careful = known(renderer, product, now)
    quick = hurried(known(renderer, product, {}), product, now)
    one, other = described(careful), described(quick)
    assert other.pop("hurried")
    assert "hurried" not in one
    moved = {"ground", "stones"}  # accessors and the grain of what was looked at
    assert {k: v for k, v in one.items() if k not in moved} == {
        k: v for k, v in other.items() if k not in moved
    }
    lie = [np.array(each["ground"]["world_from_ground"]) for each in (one, other)]
    np.testing.assert_allclose(lie[0], lie[1], atol=2e-4)
    difference = openness_off(read_known(careful), read_known(quick))
    assert difference.mean() < most


def test_stones_see_the_setting_that_stood_there(renderer: Renderer) -> None:
    quick = read_known(hurried(known(renderer, "halo", {}), "halo", {"carat": "1.3"}))
    careful = read_known(known(renderer, "halo", {"carat": "1.3"}))
    assert len(quick.stones) == len(careful.stones) > 1
    for one, other in zip(careful.stones, quick.stones, strict=True):
        np.testing.assert_allclose(one.centers, other.centers, atol=1e-6)
        assert one.maps is not None
        assert other.maps is not None
        assert other.layers.max() < len(other.maps)
        seen = [each.maps[each.layers][..., 3] > 0 for each in (one, other)]
        assert (seen[0] == seen[1]).mean() > 0.85


def light(one: KnownSurface) -> np.ndarray:
    """(n,): how much of what lies above it reaches each vertex, as the shader reckons."""
    facing = np.einsum("ij,ij->i", one.openness[:, 1:], one.normals)
    lit: np.ndarray = np.clip(one.openness[:, 0] + 0.6 * facing, 0.0, 1.0)
    return lit


def test_a_bracelet_in_place_of_a_strap_is_lit_as_what_lay_there(renderer: Renderer) -> None:
    bracelet = {"strap": "three_link"}
    like = known(renderer, "dress-watch", {})
    careful = read_known(known(renderer, "dress-watch", bracelet)).surfaces
    quick = read_known(hurried(like, "dress-watch", bracelet)).surfaces
    there = {one.part for one in read_known(like).surfaces}
    new = [one for one in quick if one.part not in there]
    assert sum("links" in one.part for one in new) >= 20
    brighter = []
    for one in new:
        same = min(
            (other for other in careful if other.part == one.part),
            key=lambda other: float(np.linalg.norm(other.centers[0] - one.centers[0])),
        )
        _, nearest = cKDTree(np.hstack([same.positions, FACING * same.normals])).query(
            np.hstack([one.positions, FACING * one.normals])
        )
        brighter.append(np.stack([light(one), np.ones(len(nearest))]) - light(same)[nearest])
    hurriedly, wide_open = np.hstack(brighter)
    assert abs(hurriedly.mean()) < 0.06  # no jump as the careful file comes
    assert wide_open.mean() > 0.3
    assert np.abs(hurriedly).mean() < 0.65 * wide_open.mean()


@pytest.mark.parametrize(
    ("product", "now", "changed"),
    [
        ("dress-watch", {"hands": "sword"}, ("hour_hand", "minute_hand")),
        ("dress-watch", {"leather": "cognac"}, ()),
        ("dive-watch", {"wrist": "180"}, ("links", "clasp")),
        ("chronograph", {"strap": "rubber"}, ("strap", "keepers", "buckle")),
        ("rectangular-watch", {"dial": "guilloche"}, ("dial", "guilloche", "numerals", "printing")),
    ],
)
def test_what_a_choice_leaves_alone_is_not_made_again(
    product: str, now: dict[str, str], changed: tuple[str, ...]
) -> None:
    before = {id(part.mesh) for part in build_model(configure(product)).parts}
    after = build_model(configure(product, now)).parts
    new = {part.name for part in after if id(part.mesh) not in before}
    assert {name for name in new if not any(each in name for each in changed)} == set()


def test_meshes_that_pieces_share_are_packed_as_if_they_were_new(renderer: Renderer) -> None:
    like = known(renderer, "chain-bracelet", {})
    first = hurried(like, "chain-bracelet", {"wire": "1.2"})
    forget_models()
    compact_bare.cache_clear()
    assert hurried(like, "chain-bracelet", {"wire": "1.2"}) == first


def remembered(services: Services, options: dict[str, str]) -> str:
    return services.configured("band", options).hash


def address(piece: str, like: str = "") -> str:
    return f"/api/v1/models/{piece}.glb?profile=viewer" + (f"&like={like}" if like else "")


def test_a_hurried_answer_is_kept_by_nobody_and_waits_for_no_drawing(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with application(tmp_path) as app:
        client: FlaskClient = app.test_client()
        services: Services = app.extensions["parure"]
        first = remembered(services, {})
        other = remembered(services, {"width": "5"})
        assert "hurried" not in described(client.get(address(first)).data)
        with monkeypatch.context() as busy:
            busy.setattr(services.studio, "run", lambda _: pytest.fail("it waits for the studio"))
            for like in (first, "0" * 64, "nobody"):  # else as the design comes
                answer = client.get(address(other, like))
                assert answer.headers["Cache-Control"] == "no-store"
                assert described(answer.data)["hurried"]
        careful = client.get(address(other))
        assert "immutable" in careful.headers["Cache-Control"]
        assert "hurried" not in described(careful.data)
        again = client.get(address(other, first))
        assert again.data == careful.data
        assert "immutable" in again.headers["Cache-Control"]


def test_a_shape_that_is_decided_is_begun_before_its_file_is_asked_for(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(configuration: Configuration, like: bytes, encoding: str | None) -> bytes:
        made.append(configuration.hash)
        return hurried_file(configuration, like, encoding)

    monkeypatch.setattr(hurrying, "hurried_file", counted)
    with application(tmp_path) as app:
        client: FlaskClient = app.test_client()
        services: Services = app.extensions["parure"]
        first = remembered(services, {})
        client.get(address(first))

        def decided(width: str, **more: str) -> str:
            asked = {"product": "band", "options": {"width": width}, **more}
            found: str = client.post("/api/v1/configurations", json=asked).get_json()["hash"]
            return found

        silent = decided("4.5")
        assert made == []  # nobody said what is shown
        foreseen = decided("5", like=first)
        answer = client.get(address(foreseen, first))
        assert described(answer.data)["hurried"]
        again = client.get(address(foreseen, first))
        assert again.data == answer.data
        assert made == [foreseen]  # waited for where it was still being made, and not made twice
        assert described(client.get(address(silent, first)).data)["hurried"]
        assert made == [foreseen, silent]
        client.get(address(foreseen))
        decided("5", like=first)  # its own file is there
        assert made == [foreseen, silent]


def test_where_no_piece_of_the_design_is_known_its_own_file_is_made(tmp_path) -> None:
    with application(tmp_path) as app:
        services: Services = app.extensions["parure"]
        ring = remembered(services, {"width": "4"})
        prepare(services.store, configure("band", {"width": "4"}))  # there is nothing to do yet
        answer = app.test_client().get(address(ring, "0" * 64))
        prepare(services.store, configure("band", {"width": "4"}))
        packed = compact_bare.cache_info().misses
        services.hurried.file(configure("band", {"width": "4"}), answer.data, None)
        assert compact_bare.cache_info().misses == packed
        assert "hurried" not in described(answer.data)
        assert "immutable" in answer.headers["Cache-Control"]


PICTURE = f"{VIEWER}.querySelector('canvas').toDataURL()"
WATCH = """() => {
  const canvas = document.querySelector('parure-viewer canvas');
  globalThis.pictures = [canvas.toDataURL()];
  const look = () => {
    const now = canvas.toDataURL();
    if (now !== globalThis.pictures.at(-1)) globalThis.pictures.push(now);
    globalThis.watching = requestAnimationFrame(look);
  };
  look();
}"""


def rests(page: Page) -> None:
    """Wait until nothing is drawn for long, by the time that pictures take here."""
    drawn, last, longest = -1, monotonic(), 0.0
    end = last + PATIENCE_S
    while monotonic() - last < 1.0 + 3.0 * longest:
        assert monotonic() < end, "it is drawn again and again"
        if drawn != (drawn := page.evaluate(f"{VIEWER}.drawn")):
            longest, last = max(longest, monotonic() - last), monotonic()
        page.wait_for_timeout(100)


@pytest.mark.browser
def test_the_careful_file_takes_the_place_of_the_hurried_one_in_one_picture(
    browser: Browser, tmp_path
) -> None:
    with application(tmp_path) as app, listening(app) as host:
        page: Page = browser.new_context(
            viewport={"width": 390, "height": 844}, reduced_motion="reduce"
        ).new_page()
        held: list[Route] = []
        asked: list[str] = []

        def hold(route: Route) -> None:
            asked.append(route.request.url)
            if "like=" in route.request.url or len(asked) == 1:
                route.continue_()
            else:
                held.append(route)

        page.route("**/*profile=viewer*", hold)
        page.goto(f"http://{host}/configure/band")
        until(page, "document.documentElement.classList.contains('live')", PATIENCE_S)
        page.locator("[data-stage]").hover()
        until(page, f"{VIEWER}.still", PATIENCE_S)
        page.locator("[data-stage]").press("ArrowRight")
        until(page, f"{VIEWER}.still", PATIENCE_S)
        pose = page.evaluate(f"{VIEWER}.pose")
        before = page.evaluate(PICTURE)
        page.evaluate(
            """() => {
              const range = document.querySelector('[name=width]');
              range.value = '6';
              range.dispatchEvent(new Event('change', { bubbles: true }));
            }"""
        )
        wait(lambda: page.evaluate("0") == 0 and bool(held), "its own light is asked for")
        page.wait_for_timeout(500)
        rests(page)
        assert not page.evaluate(f"{VIEWER}.still")  # its own light is still to come
        hurried_picture = page.evaluate(PICTURE)
        assert hurried_picture != before
        page.evaluate(WATCH)
        held[0].continue_()
        until(page, f"{VIEWER}.still", PATIENCE_S)
        page.evaluate("cancelAnimationFrame(globalThis.watching)")
        pictures = page.evaluate("globalThis.pictures")
        assert pictures[0] == hurried_picture
        assert len(pictures) <= 2  # nothing coarse, nothing empty in between
        assert page.evaluate(f"{VIEWER}.pose") == pose
        assert len(asked) == 3
        assert [("like=" in url) for url in asked] == [False, True, False]
        page.context.close()
