"""The configurator: from a choice until the piece as chosen is on the page.

A material is chosen for the first time (its shaders and textures are new to the page) and again; a
size for the first time anywhere (the service builds the piece and lights it as the one before it),
and one that the service has made for somebody before. Time is counted in the page, from the click
to the end of the frame in which the new piece is drawn, and, where it is new anywhere, until its
own light is on it and the picture is finished. Service and browser share the processor; WebGL is
drawn in software.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
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
# of other designs: an option, and values that nobody chose before
OTHERS = {
    "halo": ("carat", ("0.8", "1.1", "1.3")),
    "dress-watch": ("wrist", ("165", "175", "185")),
    "solitaire-pendant": ("carat", ("0.4", "0.7", "0.8")),
    "signet": ("engraving", ("AB", "CD", "EF")),
}
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


def main() -> None:
    """Measure and write the figures down."""
    taken: dict[str, list[float]] = {}
    with (
        tempfile.TemporaryDirectory() as store,
        running(store) as service,
        sync_playwright() as playwright,
        browser(playwright) as (started, _),
    ):
        service.make_light()
        for carats in WARM_CARATS:
            made(service, carats)
        page = started.new_context(viewport=WINDOW, reduced_motion="reduce").new_page()
        opened(page, f"{service.address}/configure/{PRODUCT}")
        for what in ("material, first time", "material, again"):
            taken[what] = [chosen(page, "metal", metal) for metal in METALS]
        taken["geometry, made before"] = [chosen(page, "carat", one) for one in WARM_CARATS]
        taken["geometry, never made"], taken[FINISHED] = never_made(page, "carat", COLD_CARATS)
        told = [row(PRODUCT, what, times) for what, times in taken.items()]
        page.context.close()
        for product, (option, values) in OTHERS.items():
            page = started.new_context(viewport=WINDOW, reduced_motion="reduce").new_page()
            opened(page, f"{service.address}/configure/{product}")
            shown, finished = never_made(page, option, values)
            told += [row(product, "geometry, never made", shown), row(product, FINISHED, finished)]
            taken[product] = shown
            page.context.close()
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
    main()
