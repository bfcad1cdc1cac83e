"""What tests of the fitting room share: stand-ins for what tracks and draws, and visits."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

from tests.chromium import PATIENCE_S, until

# Finds whatever the test says, in every frame, soon.
TRACKING = """
export function openTracking(listener) {
  let alive = true;
  globalThis.asked = [];
  const made = {
    busy: false,
    wear(asked, streaming) {
      globalThis.asked.push({ asked, streaming });
      if (globalThis.failing) return setTimeout(() => listener.failed(globalThis.failing), 0);
      listener.progress(1e6, 4e6);
      setTimeout(() => alive && listener.ready(asked.map(({ hash }) => hash)), 10);
    },
    frame(image, timeMs) {
      made.busy = true;
      const asked = globalThis.asked.at(-1).asked;
      setTimeout(() => {
        made.busy = false;
        if (!alive) return image.close();
        const lacks = globalThis.lacks ?? [];
        const pieces = asked.map((one) => ({ ...one, worn: [{ opacity: 1 }] }));
        const layers = lacks.length ? [] : [{ pieces }];
        listener.solved({ image, timeMs, layers, lacks });
      }, 10);
    },
    close() { alive = false; },
  };
  return made;
}
"""
# A bright square for each piece: white and its own colour.
OVERLAY = """
export async function openOverlay() {
  return {
    async prepare() {},
    async draw({ image, layers }, canvas) {
      const { width, height } = image;
      Object.assign(canvas, { width, height });
      const context = canvas.getContext('2d', { alpha: false });
      context.drawImage(image, 0, 0);
      for (const { pieces } of layers) for (const [at, { hash }] of pieces.entries()) {
        context.fillStyle = `#${hash.slice(0, 6)}`;
        context.fillRect(width * (0.25 + at / 8), height / 2, width / 16, height / 16);
      }
    },
    close() {},
  };
}
"""
# Counts what cameras are asked for, and keeps every track.
WATCH = """
globalThis.cameras = [];
globalThis.forbidden = [];
document.addEventListener('securitypolicyviolation', (event) => forbidden.push(event.blockedURI));
const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (ask) navigator.mediaDevices.getUserMedia = async (wanted) => {
  if (globalThis.refusal) throw new DOMException('', globalThis.refusal);
  const stream = await ask(wanted);
  cameras.push(...stream.getTracks());
  return stream;
};
"""
DRAWN = ("**/api/v1/renders/**", "**/api/v1/swatches/**", "**/api/v1/models/**")
DOT = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc"
    b"\xf8\xff\xff?\0\5\xfe\2\xfe\xdc\xccY\xe7\0\0\0\0IEND\xaeB`\x82"
)
DIALOG = "document.querySelector('dialog.fitting')"


class Room:
    """A page with its fitting room, and everything that it asked for."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.requests: list[str] = []
        self.problems: list[str] = []
        self._under_way: set[Request] = set()
        page.on("request", self._begun)
        for ended in ("requestfinished", "requestfailed"):
            page.on(ended, lambda request: self._under_way.discard(request))
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _begun(self, request: Request) -> None:
        self.requests.append(request.url)
        if request.url.startswith("http"):
            self._under_way.add(request)

    def quiet(self) -> int:
        """Wait until all that was asked for is there; how much that was.

        Raises:
            AssertionError: it was not in time.
        """
        asked, end = -1, monotonic() + PATIENCE_S
        while self._under_way or asked != len(self.requests):
            assert monotonic() < end, [request.url for request in self._under_way]
            asked = len(self.requests)
            self.page.wait_for_timeout(500)
        return asked

    def go(self, path: str) -> Page:
        """To a page, and wait until it can be used."""
        self.page.goto(self.address + path, wait_until="load")
        if path.startswith(("/p/", "/configure/")):
            until(self.page, "document.documentElement.classList.contains('live')")
        return self.page

    def enter(self, path: str) -> Page:
        """To a page and into its room, where nothing was agreed to yet."""
        self.go(path)
        self.page.evaluate("location.hash = '#try-on'")
        until(self.page, f"{DIALOG} !== null")
        return self.page

    def live(self, path: str) -> Page:
        """Before the mirror, with the piece worn."""
        self.enter(path)
        self.press("Open the camera")
        self.worn()
        return self.page

    def press(self, name: str) -> None:
        """A button, by its words."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def worn(self) -> None:
        """Wait until the piece is worn."""
        until(self.page, f"{DIALOG}.hasAttribute('data-worn')")

    def state(self, state: str) -> None:
        """Wait until the mirror is in a state."""
        until(self.page, f"{DIALOG}.dataset.state === '{state}'")

    def asked(self) -> list[dict[str, Any]]:
        """What was asked of the tracking last."""
        return json.loads(self.page.evaluate("JSON.stringify(asked.at(-1).asked)"))


@contextmanager
def visiting(
    browser: Browser, address: str, *before: str, real: bool = False, **options: Any
) -> Iterator[Room]:
    """A visit that asks nobody but the service, and whose policy has nothing to forbid.

    Args:
        before: scripts that run first in the page.
        real: with what really tracks and draws.
    """
    options.setdefault("viewport", {"width": 390, "height": 844})
    options.setdefault("locale", "en-GB")
    context = browser.new_context(**options)
    try:
        for script in (WATCH, *before):
            context.add_init_script(script)
        room = Room(context.new_page(), address)
        if not real:
            stand_in(context)
        yield room
        assert room.problems == []
        assert room.page.evaluate("forbidden") == []
        asked = {urlsplit(url).netloc for url in room.requests if url.startswith(("http", "ws"))}
        assert asked <= {urlsplit(address).netloc}
    finally:
        context.close()


def stand_in(context: BrowserContext) -> None:
    """Let a browser's pages track and draw what the test says."""
    for name, text in (("tracking", TRACKING), ("overlay", OVERLAY)):
        file = re.compile(rf"/static/{name}-\w{{8}}\.js$")
        context.route(file, _answer(text.encode(), "text/javascript"))
    for pictures in DRAWN:
        context.route(pictures, _answer(DOT, "image/png"))


def _answer(body: bytes, kind: str):
    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type=kind)

    return answer
