"""The configurator: from a choice until the piece as chosen is on the page.

A material is chosen for the first time (its shaders and textures are new to the page) and again; a
size for the first time anywhere (the service builds the piece and lights it as the one before it),
and one that the service has made for somebody before. Time is counted in the page, from the click
to the end of the frame in which the new piece is drawn, and, where it is new anywhere, until its
own light is on it and the picture is finished. The service has made each design as it comes and
prepared it, as one does that draws ahead. Service and browser share the processor; WebGL is drawn
in software.

    python -m benchmarks.bench_configure [DESIGN ...]     only these, and nothing is written down
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import browser, until
from benchmarks.common import write_results
from benchmarks.service import Service, running

PRODUCT = "solitaire"
WINDOW = {"width": 390, "height": 844}
VIEWER = "document.querySelector('parure-viewer')"
METALS = ("yellow_gold_18k", "platinum_950", "rose_gold_18k", "white_gold_18k")
COLD_CARATS = ("0.7", "0.8", "1.1", "1.3", "1.6")
WARM_CARATS = ("0.6", "0.9", "1.2", "1.4", "1.5")
# of other designs: an option, and values that nobody chose before; slowest to build are
# diving watch, rectangular watch, a watch's diameter, locket and chandelier
OTHERS = (
    ("halo", "carat", ("0.8", "1.1", "1.3")),
    ("dress-watch", "wrist", ("165", "175", "185")),
    ("dress-watch", "strap", ("rubber", "mesh", "three_link")),
    ("dress-watch", "case_diameter", ("37", "36", "35")),
    ("solitaire-pendant", "carat", ("0.4", "0.7", "0.8")),
    ("signet", "engraving", ("AB", "CD", "EF")),
    ("dive-watch", "thickness", ("11.8", "11.6", "11.4")),
    ("rectangular-watch", "case_width", ("27", "26", "29")),
    ("locket", "locket_width", ("16", "18", "19")),
    ("chandelier-earrings", "carat", ("0.8", "0.5", "0.6")),
)
MATERIAL_MS, GEOMETRY_MS = 100.0, 500.0
PATIENCE_S = 120.0
FINISHED = "geometry, never made, from then until its picture is finished"
CHOOSE = """async ([name, value]) => {
  const viewer = document.querySelector('parure-viewer');
  const inputs = [...document.querySelectorAll(`[name=${name}]`)];
  const radio = inputs.find((one) => one.type === 'radio' && one.value === value);
  const drawn = viewer.drawn;
  let shown = false;
  viewer.addEventListener('variantchange', () => (shown = true), { once: true });
  const began = performance.now();
  if (radio) radio.click();
  else {
    inputs[0].value = value;
    inputs[0].dispatchEvent(new Event('input', { bubbles: true }));
    inputs[0].dispatchEvent(new Event('change', { bubbles: true }));
  }
  let before = viewer.drawn;
  while (!shown || viewer.drawn === before) {
    if (!shown) before = viewer.drawn;
    await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
  }
  return performance.now() - began;
}"""


def made(service: Service, carats: str) -> None:
    """Have somebody look at a size before."""
    asked = {"product": PRODUCT, "options": {"carat": carats}}
    _, said, _ = service.ask("POST", "/api/v1/configurations", asked)
    service.fetch(f"{json.loads(said)['urls']['model']}?profile=viewer")


def chosen(page: Page, option: str, value: str) -> float:
    """Milliseconds from the choice to the picture."""
    until(page, f"{VIEWER}.still", PATIENCE_S)
    took: float = page.evaluate(CHOOSE, [option, value])
    return took


def never_made(page: Page, option: str, values: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds until each is shown, and from then until it is finished."""
    shown, finished = [], []
    for value in values:
        shown.append(chosen(page, option, value))
        began = perf_counter()
        until(page, f"{VIEWER}.still", PATIENCE_S)
        finished.append(1e3 * (perf_counter() - began))
    return shown, finished


def opened(page: Page, address: str) -> None:
    """The configurator with its piece drawn and all options there."""
    page.goto(address)
    until(page, "document.documentElement.classList.contains('live')", PATIENCE_S)
    page.locator("[data-stage]").hover()
    until(page, f"{VIEWER}.hasAttribute('painted')", PATIENCE_S)


def of_materials_and_sizes(page: Page, service: Service) -> dict[str, list[float]]:
    """What the design that is looked at most takes, each change new and not."""
    taken: dict[str, list[float]] = {}
    for carats in WARM_CARATS:
        made(service, carats)
    for what in ("material, first time", "material, again"):
        taken[what] = [chosen(page, "metal", metal) for metal in METALS]
    taken["geometry, made before"] = [chosen(page, "carat", one) for one in WARM_CARATS]
    taken["geometry, never made"], taken[FINISHED] = never_made(page, "carat", COLD_CARATS)
    return taken


def main(only: Sequence[str]) -> None:
    """Measure, and write the figures of all designs down."""
    others = [case for case in OTHERS if not only or case[0] in only]
    with_first = not only or PRODUCT in only
    designs = ({PRODUCT} if with_first else set()) | {product for product, _, _ in others}
    taken: dict[str, list[float]] = {}
    told: list[dict[str, Any]] = []
    with (
        tempfile.TemporaryDirectory() as store,
        running(store, prepared=sorted(designs)) as service,
        sync_playwright() as playwright,
        browser(playwright) as (started, _),
    ):
        service.make_light()

        @contextmanager
        def configurator(product: str) -> Iterator[Page]:
            page = started.new_context(viewport=WINDOW, reduced_motion="reduce").new_page()
            opened(page, f"{service.address}/configure/{product}")
            yield page
            page.context.close()

        if with_first:
            with configurator(PRODUCT) as page:
                taken = of_materials_and_sizes(page, service)
            told = [row(PRODUCT, what, times) for what, times in taken.items()]
        for product, option, values in others:
            with configurator(product) as page:
                shown, finished = never_made(page, option, values)
            named = f"{product}, {option}"
            told += [row(named, "geometry, never made", shown), row(named, FINISHED, finished)]
            taken[named] = shown
    if not only:
        write_results("bench_configure", {"rows": told, "details": taken})


def row(product: str, what: str, times: list[float]) -> dict[str, Any]:
    """A line of the results, which is said too."""
    figure = f"{median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})"
    said: dict[str, Any] = {"what": f"{product}: a change of {what}", "figure": figure}
    if what != FINISHED:
        budget = MATERIAL_MS if what.startswith("material") else GEOMETRY_MS
        said |= {"budget": f"<= {budget:.0f} ms", "met": median(times) <= budget}
    sys.stdout.write(f"{said['what']}: {figure}\n")
    return said


if __name__ == "__main__":
    main(sys.argv[1:])
