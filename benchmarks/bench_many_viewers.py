"""Twenty viewers on one page: whether it scrolls smoothly, and whether they share one context.

Pages scroll to their end and back: one with pictures in place of the viewers, one with the viewers
before anybody asks for 3D, the same with all of them open. Frames are counted in the page; a task
is long from 50 ms, as browsers report it. WebGL is drawn in software, on the cores that the page
has: figures of open viewers are no phone's.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.bench_viewer import PAGES
from benchmarks.browser import browser, until
from benchmarks.common import ROOT, write_results
from benchmarks.service import Service, running

PRODUCTS = ("solitaire", "band", "stud-earrings", "bangle")
VIEWERS = 20
SIDE_PX, POSTER_PX = 300, 480
WINDOW = {"width": 390, "height": 844}
SCROLL_S = 6.0
DEFINED_S, PAINTED_S = 60.0, 120.0  # waits at most: for the script, for each viewer in turn
SETTLE_MS = 3000
FRAME_MS, TASK_MS = 34.0, 50.0  # every other frame of 60 a second; less is no long task
STYLE = f"body {{ margin: 0 }} .one {{ display: block; width: {SIDE_PX}px; height: {SIDE_PX}px }}"
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/bench/many.css">
<script src="/bench/many.js"></script>
<body>
{pieces}
{script}
</body>
</html>
"""
PICTURE = '<img class="one" src="/api/v1/embed/{product}/poster.avif?w={width}" alt="">'
VIEWER = f'<parure-viewer class="one" product="{{product}}">{PICTURE}</parure-viewer>'
SCRIPT = '<script type="module" src="/embed.js"></script>'


def write_pages(folder: Path) -> None:
    """One page with viewers, one with pictures in their place."""
    esbuild = ROOT / "node_modules/.bin/esbuild"
    built = ["--minify", "--target=es2022", "--log-level=warning", f"--outdir={folder}"]
    subprocess.run([esbuild, PAGES / "many.js", *built], check=True)
    (folder / "many.css").write_text(STYLE)
    shown = [PRODUCTS[k % len(PRODUCTS)] for k in range(VIEWERS)]
    for name, form, script in (("viewers", VIEWER, SCRIPT), ("pictures", PICTURE, "")):
        pieces = "\n".join(form.format(product=one, width=POSTER_PX) for one in shown)
        page = PAGE.format(title=name, pieces=pieces, script=script)
        (folder / f"{name}.html").write_text(page)


def make_ready(service: Service) -> None:
    """Have everything made that the pages take."""
    for product in PRODUCTS:
        status, said, _ = service.ask("POST", "/api/v1/configurations", {"product": product})
        if status != 200:
            raise RuntimeError(f"{product} answers {status}")
        service.fetch(f"{json.loads(said)['urls']['model']}?profile=viewer")
        embedded = f"/api/v1/embed/{product}"
        for path in (embedded, f"{embedded}/poster.avif?w={POSTER_PX}"):
            service.fetch(path)
    service.make_light()


def scrolled(page: Page) -> dict[str, Any]:
    """Milliseconds between frames and of long tasks, while the page scrolls.

    Raises:
        RuntimeError: there were no frames, or something on the page failed.
    """
    found: dict[str, Any] = page.evaluate(f"many.scroll({SCROLL_S})")
    failed = page.evaluate("many.errors")
    if failed or not found["frames"]:
        raise RuntimeError(f"{len(found['frames'])} frames on {page.url}: {failed}")
    return found


def open_all(page: Page) -> None:
    """Have every viewer draw its piece.

    Raises:
        TimeoutError: one never did.
    """
    page.evaluate("many.open()")
    for index in range(VIEWERS):
        page.evaluate(f"many.see({index})")
        until(page, f"many.errors.length > 0 || many.painted({index})", PAINTED_S)
    page.wait_for_timeout(SETTLE_MS)


def main() -> None:
    """Measure and write the figures down."""
    taken: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as store, tempfile.TemporaryDirectory() as made:
        write_pages(Path(made))
        with (
            running(store, Path(made)) as service,
            sync_playwright() as playwright,
            browser(playwright) as (opened, _),
        ):
            make_ready(service)
            page = opened.new_context(viewport=WINDOW).new_page()
            page.goto(f"{service.address}/bench/pictures.html")
            taken["pictures instead"] = scrolled(page)
            page.goto(f"{service.address}/bench/viewers.html")
            until(page, "customElements.get('parure-viewer') !== undefined", DEFINED_S)
            page.wait_for_timeout(SETTLE_MS)
            taken["viewers, not opened"] = scrolled(page)
            open_all(page)
            taken["viewers, all open"] = scrolled(page)
            contexts = int(page.evaluate("many.contexts()"))
    rows = [row for what, found in taken.items() for row in rows_of(what, found)]
    rows.append(
        {
            "what": f"{VIEWERS} viewers on a page: WebGL contexts",
            "figure": str(contexts),
            "budget": "1",
            "met": contexts == 1,
        }
    )
    for row in rows:
        sys.stdout.write(f"{row['what']}: {row['figure']}\n")
    write_results("bench_many_viewers", {"rows": rows, "details": taken})


def rows_of(what: str, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Lines of the results."""
    frames, tasks = found["frames"], found["tasks"]
    late = float(np.percentile(frames, 95))
    longest = max(tasks, default=0.0)
    judged = what != "pictures instead"
    return [
        {
            "what": f"{VIEWERS} on a page, {what}: between frames as it scrolls",
            "figure": f"{median(frames):.0f} ms, 95 % within {late:.0f} ms",
            "budget": f"95 % <= {FRAME_MS:.0f} ms" if judged else "",
            "met": late <= FRAME_MS if judged else None,
        },
        {
            "what": f"{VIEWERS} on a page, {what}: longest task of the main thread",
            "figure": f"{longest:.0f} ms" if tasks else "below 50 ms",
            "budget": f"<= {TASK_MS:.0f} ms" if judged else "",
            "met": longest <= TASK_MS if judged else None,
        },
    ]


if __name__ == "__main__":
    main()
