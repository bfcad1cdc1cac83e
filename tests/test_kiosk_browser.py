"""The mirror, the tablet, the staff's page and the client's phone in Chromium, before fake cameras.

Nobody, a face, a hand and a swap of persons stand before the mirror; after them nothing remains.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from urllib.parse import unquote

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route

from kiosk import gestures, session
from kiosk.commands import SetOption
from kiosk.kiosk import Kiosk
from kiosk.mirror import Mirror
from kiosk.pairing import Role
from kiosk.session import LEAVE_S, RESET_S
from kiosk.settings import Settings
from tests.chromium import until, wait
from tests.faces import face_of, head_at
from tests.mirrors import BLUE, BLUE_EACH, Workshop
from tests.serving import ROOT, application, listening
from tests.test_kiosk_gestures import SHORTER_PX, hand_at, pinching
from tryon.types import Hand, HandLandmarks, Seen

pytestmark = pytest.mark.browser
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")
PIN = "482910"
PORTRAIT, LANDSCAPE, TABLET, PHONE = (1080, 1920), (1920, 1080), (768, 1024), (390, 844)
SECRET = "Für Ágota 1911"
LEAST_PX = 64  # of what is touched at the mirror
FRAME = 48 / 720  # of the camera of these tests over that of the hands and faces
MIDDLE = """() => {
    const canvas = document.querySelector('kiosk-glass canvas');
    const { width, height } = canvas;
    if (width < 2) return null;
    return [...canvas.getContext('2d').getImageData(width / 2, height / 2, 1, 1).data];
}"""
SMALL = """() => [...document.querySelectorAll('button, summary')]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .map((each) => [each.textContent, each.getBoundingClientRect()])
    .filter(([, { width, height }]) => Math.min(width, height) < 63.5).map(([text]) => text)"""
KEPT = """async () => [document.documentElement.outerHTML, JSON.stringify(localStorage),
    JSON.stringify(sessionStorage), document.cookie, JSON.stringify(history.state),
    String((await caches.keys()).length), String((await indexedDB.databases()).length)].join('|')"""
RING = "document.querySelector('[data-ring]')"
RINGS = f"""() => {{ window.seen = []; new MutationObserver(() => window.seen.push(
    [{RING}.hidden, Number({RING}.style.getPropertyValue('--share'))]))
    .observe({RING}, {{ attributes: true }}); }}"""
COUNTED = """() => { const count = document.querySelector('[data-count]'); window.counted = [];
    new MutationObserver(() => count.textContent && window.counted.push(count.textContent))
    .observe(count, { childList: true, characterData: true, subtree: true }); }"""
NO_CIPHER = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });"


@dataclass
class Boutique:
    """A mirror, its service, and who stands before it."""

    kiosk: Kiosk
    workshop: Workshop
    host: str
    store: Path
    late: list[float]  # seconds that the clock was set forward
    stopped: list[float]  # the time at which it stands; nothing: it goes

    def sees(self, seen: Seen) -> None:
        """Whoever stands before the camera from now on."""
        self.workshop.seen = seen
        for pipeline in self.workshop.pipelines:
            pipeline.seen = seen

    def empties(self) -> None:
        """Nobody stands before the camera any more, and the mirror has seen it."""
        self.sees(Seen())
        wait(lambda: not self.kiosk._watching.present(self.kiosk._clock()), "nobody is seen")

    def address(self, path: str) -> str:
        return f"http://{self.host}{path}"


class Visit:
    """A page that remembers what it asked for and what went wrong."""

    def __init__(self, page: Page, host: str) -> None:
        self.page, self.host = page, host
        self.problems: list[str] = []
        page.on("request", lambda request: self._asked(request.url))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self._said(said.type, said.text))

    def _asked(self, url: str) -> None:
        if not url.startswith((f"http://{self.host}/", f"ws://{self.host}/", "data:", "blob:")):
            self.problems.append(url)

    def _said(self, kind: str, text: str) -> None:
        answers = ("40", "422", "429", "Invalid frame header")  # refusals; a socket that was shut
        if kind == "error" and not any(answer in text for answer in answers):
            self.problems.append(text)


def near_face() -> Seen:
    found = face_of(head_at())
    return Seen(faces=(replace(found, points_px=found.points_px * FRAME),))


def near_hand(hand: HandLandmarks) -> Seen:
    return Seen(hands=(replace(hand, points_px=hand.points_px * FRAME * 720 / SHORTER_PX),))


@pytest.fixture
def boutique(tmp_path: Path) -> Iterator[Boutique]:
    workshop = Workshop()
    late, stopped = [0.0], []
    kiosk = Kiosk(
        workshop.camera,
        Settings(tray=("solitaire", "band", "chain"), pin=PIN),
        give_up=lambda why: pytest.fail(why),
        clock=lambda: (stopped[0] if stopped else monotonic()) + late[0],
        mirror=lambda source, notes: Mirror(
            source, notes, make_pipeline=workshop.pipeline, make_renderer=workshop.renderer
        ),
    )
    with application(tmp_path, KIOSK=kiosk) as app, listening(app) as host:
        kiosk.start()
        yield Boutique(kiosk, workshop, host, tmp_path, late, stopped)
        workshop.release()
        kiosk.close()


@pytest.fixture
def visits(browser: Browser, boutique: Boutique) -> Iterator[list[Visit]]:
    """Pages that are closed, and must not have complained or asked anybody else."""
    opened: list[Visit] = []
    yield opened
    for visit in opened:
        problems = list(visit.problems)
        visit.page.context.close()
        assert problems == []


def visit(
    browser: Browser, boutique: Boutique, visits: list[Visit], path: str, size: tuple[int, int],
    **options: object,
) -> Page:  # fmt: skip
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
    # what is drawn takes a renderer, and is no matter of these tests
    for drawn in ("**/api/v1/renders/**", "**/api/v1/swatches/**"):
        context.route(drawn, lambda route: route.fulfill(body=DOT, content_type="image/svg+xml"))
    page = context.new_page()
    visits.append(Visit(page, boutique.host))
    page.goto(boutique.address(path))
    return page


DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def state(page: Page, wanted: str) -> None:
    until(page, f"document.body.dataset.state === '{wanted}'")


def blue(page: Page) -> int | None:
    found = page.evaluate(MIDDLE)
    return None if found is None else found[2]


def legible(page: Page) -> None:
    """Nothing that axe finds."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def seen_code(page: Page, where: str) -> str:
    """What a phone reads in a QR code on a page."""
    picture = page.locator(where).screenshot()
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    return cv2.QRCodeDetector().detectAndDecode(image)[0]


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_the_collection_plays_until_somebody_comes_and_again_after_them(
    browser: Browser, boutique: Boutique, visits: list[Visit], size: tuple[int, int]
) -> None:
    page = visit(browser, boutique, visits, "/kiosk", size)
    until(page, "document.querySelector('[data-plate][data-shown]') !== null")  # nobody
    assert page.evaluate(
        "getComputedStyle(document.querySelector('[data-before]')).visibility"
    ) == ("hidden")
    assert page.evaluate("document.querySelector('[data-attract-name]').textContent") == "Solitaire"
    legible(page)
    boutique.sees(near_face())  # a face
    state(page, "active")
    until(page, "document.querySelector('[data-tray] button') !== null")
    page.click("[data-tray] button[value=band]")
    wait(lambda: abs((blue(page) or 0) - BLUE - BLUE_EACH) < 10, "the band on the frames")
    turned = "getComputedStyle(document.querySelector('kiosk-glass canvas')).transform"
    assert page.evaluate(turned) == "matrix(-1, 0, 0, 1, 0, 0)"
    until(page, "document.querySelector('[data-options] button') !== null")
    assert page.evaluate(SMALL) == []
    outside = "(() => { const { right, bottom } = document.querySelector('.dock')"
    outside += ".getBoundingClientRect(); return right > innerWidth || bottom > innerHeight; })()"
    assert page.evaluate(outside) is False
    legible(page)
    boutique.empties()
    boutique.late[0] += LEAVE_S + 2.0
    state(page, "leaving")
    boutique.stopped.append(monotonic())  # it is looked at, however long that takes
    until(page, "document.querySelector('[data-leaving-words]').textContent.includes('forgets')")
    legible(page)
    boutique.late[0] += RESET_S
    state(page, "attract")
    boutique.stopped.clear()
    until(page, "document.querySelector('[data-plate][data-shown]') !== null")


def test_a_hand_steers_with_visible_progress_and_takes_a_picture_home(
    browser: Browser, boutique: Boutique, visits: list[Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(browser, boutique, visits, "/kiosk", PORTRAIT)
    boutique.kiosk.mirror.pace_s = 0.0
    until(page, "document.querySelector('[data-tray] button') !== null")
    page.evaluate(RINGS)
    monkeypatch.setattr(session, "WAKE_S", 1e6)  # a palm wakes it, not whoever only stays
    with monkeypatch.context() as slowly:  # a page short of time leaves frames out
        slowly.setattr(gestures, "ARM_S", 60.0)
        boutique.sees(near_hand(hand_at(Hand.RIGHT)))
        state(page, "waking")
        until(page, f"!{RING}.hidden && {RING}.style.getPropertyValue('--share') > 0")
    state(page, "active")
    until(page, "window.seen.some(([hidden, share]) => !hidden && share === 1)")
    rising = page.evaluate("window.seen.filter(([hidden]) => !hidden).map(([, share]) => share)")
    assert max(rising) == 1.0
    assert any(0.0 < share < 1.0 for share in rising)
    page.click("[data-tray] button[value=band]")
    until(page, "document.querySelector('[data-actions] [value=capture]').disabled === false")
    page.evaluate(COUNTED)
    boutique.sees(near_hand(hand_at(Hand.RIGHT, bend=pinching)))  # a pinch that is held
    until(page, "!document.querySelector('[data-taken]').hidden")
    assert page.evaluate("counted") == ["3", "2", "1"]
    assert page.evaluate("document.querySelector('[data-before]').inert") is True
    legible(page)
    page.click("[data-ways] [value=design]")
    until(page, "document.querySelector('[data-code]').src.startsWith('data:image/svg')")
    assert "/d/" in seen_code(page, "[data-code]")
    page.click("[data-ways] [value=picture]")
    until(page, "document.querySelector('[data-code]').alt.includes('picture')")
    link = seen_code(page, "[data-code]")
    place, _, key = link.partition("#")
    assert len(key) == 43
    (left,) = boutique.kiosk.handover._left.values()
    assert key not in unquote(str(vars(boutique.kiosk.handover)))
    assert left.closed[:3] != b"\xff\xd8\xff"
    phone = visit(browser, boutique, visits, "/healthz", PHONE)
    phone.add_init_script(NO_CIPHER)  # as browsers are over plain http
    phone.goto(link)
    legible(phone)
    phone.click("[data-fetch]")
    until(phone, "document.querySelector('[data-picture]').naturalWidth > 0")
    assert phone.evaluate("crypto.subtle === undefined && location.hash === ''") is True
    phone.goto("about:blank")
    phone.goto(link)
    phone.click("[data-fetch]")
    until(phone, "document.querySelector('[data-said]').textContent.includes('no longer here')")
    page.click("[data-ways] [value=back]")
    until(page, "document.querySelector('[data-taken]').hidden")
    assert page.evaluate("document.querySelector('[data-still]').getAttribute('src')") is None
    assert place


def refusing_at_first(page: Page) -> list[str]:
    """The service cannot give the mirror's page when it is asked twice; how it was asked."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.method)
        if len(asked) > 2:
            route.continue_()
        else:
            route.fulfill(status=422)

    page.context.route("**/kiosk", answer)
    return asked


def test_after_one_person_comes_another_and_finds_nothing_of_the_first(
    browser: Browser, boutique: Boutique, visits: list[Visit]
) -> None:
    page = visit(browser, boutique, visits, "/kiosk?lang=fr", PORTRAIT)
    boutique.sees(near_face())
    state(page, "active")
    boutique.kiosk.handover.leave(b"closed" * 20)
    page.click("[data-tray] button[value=band]")
    until(page, "document.querySelector('[data-actions] [value=capture]').disabled === false")
    before = {path for path in boutique.store.rglob("*") if path.is_file()}
    tablet = boutique.kiosk.pairing.pair(boutique.kiosk.pairing.offer().code, "tablet")
    page.evaluate("window.first = true")
    asked = refusing_at_first(page)

    boutique.kiosk.obey(SetOption(do="option", option="engraving", value=SECRET))
    page.click("[data-actions] [value=capture]")
    until(page, "!document.querySelector('[data-taken]').hidden")
    boutique.empties()
    boutique.late[0] += RESET_S + 1.0
    until(page, "window.first === undefined && document.readyState === 'complete'")
    state(page, "attract")
    assert asked == ["HEAD", "HEAD", "HEAD", "GET"]
    assert page.evaluate("location.search") == ""  # the house's language again
    boutique.sees(near_face())  # another person
    state(page, "active")
    until(page, "document.querySelector('[data-tray] button') !== null")
    assert page.evaluate("document.querySelectorAll('[data-tray] [aria-pressed=true]').length") == 0
    kept = page.evaluate(KEPT)
    assert SECRET not in kept
    assert kept.endswith("|{}|{}||null|0|0")
    assert page.evaluate("document.querySelector('[data-still]').getAttribute('src')") is None
    assert not boutique.kiosk.pairing.holds(tablet, Role.REMOTE)
    assert boutique.kiosk.handover._left == {}
    assert boutique.kiosk.stills.newest is None
    assert {path for path in boutique.store.rglob("*") if path.is_file()} == before


def test_the_tablet_pairs_steers_every_option_and_alone_sees_the_price(
    browser: Browser, boutique: Boutique, visits: list[Visit]
) -> None:
    page = visit(browser, boutique, visits, "/kiosk", LANDSCAPE)
    tablet = visit(browser, boutique, visits, "/kiosk/remote", TABLET)
    legible(tablet)
    tablet.fill("#code", boutique.kiosk.pairing.offer().code)
    tablet.click("form button")
    until(tablet, "document.querySelector('[data-tray] button') !== null")
    tablet.click("[data-tray] button[value=band]")
    state(page, "active")
    until(tablet, "/\\d/.test(document.querySelector('[data-prices]').textContent)")
    until(tablet, "document.querySelector('details[data-option=metal]') !== null")
    price = tablet.evaluate("document.querySelector('[data-prices] dd').textContent")
    assert price not in page.evaluate("document.body.innerText")
    tablet.click("details[data-option=metal] summary")
    tablet.click("details[data-option=metal] input[value=platinum_950]", force=True)
    wait(
        lambda: boutique.kiosk.pieces[0].configuration.options["metal"] == "platinum_950",
        "the metal",
    )
    tablet.select_option("select[name=finger]", "index")
    wait(lambda: boutique.kiosk.pieces[0].place.finger.value == "index", "the finger")
    wait(lambda: blue(tablet) is not None, "the tablet's picture")
    legible(tablet)
    tablet.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert tablet.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
    tablet.click("[data-actions] [value=end]")
    until(tablet, "document.querySelector('form[data-pair]') !== null")


def test_the_staff_enter_by_pin_look_after_the_mirror_and_are_locked_out_when_they_guess(
    browser: Browser, boutique: Boutique, visits: list[Visit]
) -> None:
    page = visit(browser, boutique, visits, "/kiosk/staff", TABLET)
    legible(page)
    page.fill("#pin", PIN)
    page.click("form button")
    until(page, "document.querySelectorAll('[data-health] div').length > 5")
    page.click("[data-offer=remote]")
    until(page, "/^\\d{3} \\d{3}$/.test(document.querySelector('[data-code]').textContent)")
    assert "/kiosk/remote?pair=" in seen_code(page, "[data-qr]")
    boutique.kiosk.mirror.pace_s = 0.0
    page.click("[data-check]")
    until(page, "document.querySelectorAll('[data-findings] div').length > 4")
    assert page.evaluate("document.querySelectorAll('[data-hours] span').length") == 24
    page.goto(boutique.address("/kiosk/staff?lang=ar"))
    until(page, "document.querySelectorAll('[data-health] div').length > 5")
    assert page.evaluate(r"document.body.innerText.match(/[\u0660-\u0669]/)") is None
    assert page.evaluate("/[0-9]/.test(document.querySelector('[data-health]').innerText)") is True
    page.goto(boutique.address("/kiosk/staff"))
    until(page, "document.querySelectorAll('[data-health] div').length > 5")
    legible(page)
    page.click("[data-leave]")
    until(page, "document.querySelector('#pin') !== null")
    for _ in range(5):
        page.fill("#pin", "000000")
        page.click("form button")
        until(page, "document.querySelector('form button').disabled === false")
    page.fill("#pin", PIN)
    page.click("form button")
    until(page, "document.querySelector('[data-said]').textContent.includes('wrong tries')")
    assert page.evaluate("document.querySelector('form button').disabled") is True
