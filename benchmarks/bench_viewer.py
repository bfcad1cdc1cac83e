"""<parure-viewer> beside <model-viewer> and a bare three.js page: the same piece, the same window.

Each visit has a browser of its own with nothing cached, over a link of 10 Mbit/s with 40 ms; the
three take turns. Every viewer is told to begin at once, reads meshopt, and has the same poster in
its place: ours as a merchant embeds it, model-viewer eager with its neutral light, three.js with
its own room. The window is filmed: the poster is shown with its colours inverted, so that the film
says when poster and piece are really seen. Then, without that filter, the piece is turned: by a
mouse, as each viewer spares itself, then with every pixel of the window, ours with all that a quick
machine gets. A piece with instances (EXT_mesh_gpu_instancing) goes to model-viewer as the plain
file, since it fails on them and leaves its poster there for ever. WebGL is drawn in software:
figures compare, they are no phone's.
"""

from __future__ import annotations

import itertools
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median
from time import monotonic
from typing import Any

import numpy as np
from playwright.sync_api import Page, Playwright, sync_playwright

from benchmarks.browser import Film, Processes, browser, until
from benchmarks.common import FOLDER, ROOT, write_results
from benchmarks.service import Service, running
from models3d.gltf.write import INSTANCING

PRODUCTS = ("solitaire", "halo", "dress-watch")
VIEWERS = ("parure", "model-viewer", "three")
OURS = VIEWERS[0]
PAGES = FOLDER / "viewer_pages"
MODULES = FOLDER / "node_modules"
REPEATS = 3
SIDE_PX = 640
POSTER_PX = 720
LINK = {"offline": False, "latency": 40, "downloadThroughput": 1.25e6, "uploadThroughput": 1.25e6}
LEAST_CHANGE = 0.08  # of the window's mean grey, from the inverted poster to paper or piece
QUIET_S = 1.0  # without another picture: the piece is there
PATIENCE_S = 120.0
SETTLE_MS = 2500  # of the piece at rest, before it is turned
WARM_UP_S, TURN_S = 1.5, 4.0
ROUND_S = 2.5  # from one side to the other and back
SCRIPT_BUDGET = 160_000
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{product}</title>
<link rel="stylesheet" href="/bench/page.css">
<body class="told-apart">
{body}
</body>
</html>
"""
BODIES: Mapping[str, str] = {
    "parure": """<parure-viewer product="{product}" no-shadow data-stage="{stage}"
  data-model="{model}?profile=viewer" data-quality="3"><img src="{poster}" alt=""></parure-viewer>
<script type="module" src="/embed.js"></script>
<script type="module" src="/bench/parure.js"></script>""",
    "model-viewer": """<model-viewer src="{plain}" alt="{product}" camera-controls loading="eager"
  reveal="auto" environment-image="neutral"><img slot="poster" src="{poster}" alt=""></model-viewer>
<script src="/bench/meshopt.js"></script>
<script type="module" src="/bench/model-viewer.min.js"></script>
<script type="module" src="/bench/model-viewer.js"></script>""",
    "three": """<div class="bare" data-src="{model}"><img src="{poster}" alt=""></div>
<script type="module" src="/bench/three.js"></script>""",
}
# model-viewer brings the decoder along, but wants to be told where one is
MESHOPT = "self.ModelViewerElement = { meshoptDecoderLocation: '/bench/decoder.js' };\n"
ROOM_PX = 24  # of the page's edge that the mouse keeps away from


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit saw."""

    poster_ms: float
    piece_ms: float
    script_bytes: int
    all_bytes: int
    frame_ms: float  # from one picture to the next, mean
    frame_p95_ms: float
    picture_processor_ms: float  # processor time of all the browser's processes for a picture
    scale: float  # pixels drawn for a CSS pixel, a side, while it turns
    held_ms: float  # from one picture to the next, every pixel of the window drawn
    held_processor_ms: float
    memory_mb: float  # beyond an empty page's


@dataclass(frozen=True, slots=True)
class Piece:
    """A product's addresses."""

    product: str
    model: str
    plain: str  # the same, or the file without instances, which model-viewer 4.4 cannot open
    poster: str


def pieces(service: Service) -> list[Piece]:
    """The products, with everything made that a page of them takes."""
    found = []
    for product in PRODUCTS:
        status, said, _ = service.ask("POST", "/api/v1/configurations", {"product": product})
        if status != 200:
            raise RuntimeError(f"{product} answers {status}")
        told = json.loads(said)
        model = told["urls"]["model"]
        poster = f"/api/v1/embed/{product}/poster.avif?w={POSTER_PX}"
        instanced = INSTANCING.encode() in service.fetch(model, "identity")
        plain = f"{model}?profile=ar" if instanced else model
        for path in (model, plain, f"{model}?profile=viewer", poster, f"/api/v1/embed/{product}"):
            service.fetch(path)
        found.append(Piece(product, model, plain, poster))
    return found


def write_scripts(folder: Path) -> None:
    """The rivals as they come from npm, and what drives them."""
    esbuild = ROOT / "node_modules/.bin/esbuild"
    entries = [PAGES / f"{name}.js" for name in VIEWERS]
    built = ["--bundle", "--minify", "--format=esm", "--target=es2022", f"--outdir={folder}"]
    subprocess.run([esbuild, *entries, *built, "--log-level=warning"], check=True)
    (folder / "page.css").write_bytes((PAGES / "page.css").read_bytes())
    bundle = MODULES / "@google/model-viewer/dist/model-viewer.min.js"
    (folder / bundle.name).write_bytes(bundle.read_bytes())
    (folder / "meshopt.js").write_text(MESHOPT)
    (folder / "decoder.js").write_text("")


def page_of(viewer: str, piece: Piece) -> str:
    """The page that shows a piece with a viewer."""
    built = json.loads((ROOT / "static/dist/manifest.json").read_text())
    body = BODIES[viewer].format(**asdict(piece), stage=f"/static/{built['stage.js']}")
    return PAGE.format(product=piece.product, body=body)


def visit(playwright: Playwright, address: str) -> Visit:
    """One visit with a browser of its own."""
    with browser(playwright) as (opened, processes):
        context = opened.new_context(viewport={"width": SIDE_PX, "height": SIDE_PX})
        page = context.new_page()
        page.goto("about:blank")
        page.wait_for_timeout(500)
        empty_mb = processes.memory_mb()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", LINK)
        film = Film(session)
        film.start()
        page.goto(address, wait_until="commit")
        begun = float(page.evaluate("performance.timeOrigin")) / 1e3
        until(page, "globalThis.recorder?.drawn() > 0", PATIENCE_S)
        poster_s, piece_s = seen(page, film)
        film.stop()
        page.evaluate("document.body.classList.remove('told-apart')")
        page.wait_for_timeout(SETTLE_MS)
        scripts, everything = transferred(page)
        frames, processor_ms, scale = turned(page, processes)
        page.evaluate("recorder.hold()")
        held, held_processor_ms, _ = turned(page, processes)
        return Visit(
            poster_ms=1e3 * (poster_s - begun),
            piece_ms=1e3 * (piece_s - begun),
            script_bytes=scripts,
            all_bytes=everything,
            frame_ms=mean(frames),
            frame_p95_ms=float(np.percentile(frames, 95)),
            picture_processor_ms=processor_ms,
            scale=scale,
            held_ms=mean(held),
            held_processor_ms=held_processor_ms,
            memory_mb=processes.memory_mb() - empty_mb,
        )


def seen(page: Page, film: Film) -> tuple[float, float]:
    """When poster and piece were on the screen, epoch seconds; waits for the piece.

    Raises:
        TimeoutError: it never was.
    """
    end = monotonic() + PATIENCE_S
    while monotonic() < end:
        before = len(film.shown)
        page.wait_for_timeout(1e3 * QUIET_S)
        found = told_apart(film.shown) if len(film.shown) == before else None
        if found is not None:
            return found
    raise TimeoutError(f"the window of {page.url} showed {film.shown}")


def told_apart(shown: list[tuple[float, float]]) -> tuple[float, float] | None:
    """When an inverted poster and then the piece were on a white page, of a film (s, mean grey).

    The poster is what was shown longest of all that is darker than the end; how dark either is
    depends on the piece and on what else the viewer puts on its page. None: not both are there.
    """
    if not shown:
        return None
    last, paper = shown[-1][1], max(grey for _, grey in shown)
    holds = [
        (until - when, k)
        for k, ((when, grey), (until, _)) in enumerate(itertools.pairwise(shown))
        if grey < last - LEAST_CHANGE
    ]
    if not holds:
        return None
    poster = max(holds)[1]
    middle = (shown[poster][1] + last) / 2.0
    first = next(when for when, grey in shown if grey < paper - LEAST_CHANGE)
    return first, next(when for when, grey in shown[poster:] if grey > middle)


def transferred(page: Page) -> tuple[int, int]:
    """Bytes over the wire: scripts of the viewer, and all; without the benchmark's own."""
    listed: list[tuple[str, int]] = page.evaluate(
        """performance.getEntriesByType('resource').map((one) => [one.name, one.encodedBodySize])"""
    )
    own = ("/bench/page.css", *(f"/bench/{name}.js" for name in VIEWERS[:2]))
    taken = [(name, size) for name, size in listed if not name.endswith(own)]
    scripts = [size for name, size in taken if name.split("?")[0].endswith(".js")]
    return sum(scripts), sum(size for _, size in taken)


def turned(page: Page, processes: Processes) -> tuple[list[float], float, float]:
    """A mouse turns it: milliseconds between pictures, processor time for one, their scale."""
    middle = SIDE_PX / 2
    reach = middle - ROOM_PX
    page.mouse.move(middle, middle)
    page.mouse.down()

    def drag(seconds: float) -> None:
        began = monotonic()
        while (passed := monotonic() - began) < seconds:
            page.mouse.move(middle + reach * math.sin(2 * math.pi * passed / ROUND_S), middle)

    drag(WARM_UP_S)
    before = processes.processor_s()
    page.evaluate("recorder.start()")
    drag(TURN_S)
    times: list[float] = page.evaluate("recorder.stop()")
    spent = processes.processor_s() - before
    scale = float(page.evaluate("recorder.scale()"))
    page.mouse.up()
    if len(times) < 3:
        raise RuntimeError(f"{len(times)} pictures in {TURN_S} s")
    return np.diff(times).tolist(), 1e3 * spent / len(times), scale


def summed(visits: list[Visit]) -> dict[str, tuple[float, float, float]]:
    """Median, least and most of each figure."""
    columns = {key: [asdict(one)[key] for one in visits] for key in asdict(visits[0])}
    return {key: (median(values), min(values), max(values)) for key, values in columns.items()}


FIGURES: Mapping[str, tuple[str, str, float]] = {  # words, format, divisor
    "poster_ms": ("poster seen after", "{:.0f} ms", 1.0),
    "piece_ms": ("piece in 3D seen after", "{:.0f} ms", 1.0),
    "script_bytes": ("JavaScript, brotli", "{:.1f} KB", 1e3),
    "all_bytes": ("everything, over the wire", "{:.0f} KB", 1e3),
    "frame_ms": ("between pictures while it turns, mean", "{:.0f} ms", 1.0),
    "frame_p95_ms": ("between pictures while it turns, 95 %", "{:.0f} ms", 1.0),
    "picture_processor_ms": ("processor time for a picture", "{:.0f} ms", 1.0),
    "scale": ("pixels drawn for one of the page, a side", "{:.2f}", 1.0),
    "held_ms": ("between pictures with every pixel of the window, mean", "{:.0f} ms", 1.0),
    "held_processor_ms": ("processor time for a picture with every pixel", "{:.0f} ms", 1.0),
    "memory_mb": ("memory", "{:.0f} MB", 1.0),
}
NOT_COMPARED = ("scale",)


def rows_of(product: str, taken: Mapping[str, list[Visit]]) -> list[dict[str, Any]]:
    """One line for each figure, ours against the better of the others."""
    summaries = {viewer: summed(visits) for viewer, visits in taken.items()}
    rows = []
    for key, (words, form, divisor) in FIGURES.items():
        spread = key.endswith("_ms")
        said = {
            viewer: _said(form, [value / divisor for value in summary[key]], spread)
            for viewer, summary in summaries.items()
        }
        others = min(summaries[viewer][key][0] for viewer in VIEWERS if viewer != OURS)
        compared = key not in NOT_COMPARED
        rows.append(
            {
                "what": f"{product}: {words}",
                "figure": ", ".join(f"{viewer} {figure}" for viewer, figure in said.items()),
                "budget": "<= both others" if compared else "",
                "met": summaries[OURS][key][0] <= others if compared else None,
            }
        )
    return rows


def _said(form: str, values: list[float], spread: bool) -> str:
    """Median, and with it least and most."""
    middle, least, most = (form.format(value) for value in values)
    return f"{middle} ({least.split()[0]} to {most.split()[0]})" if spread else middle


def main() -> None:
    """Measure and write the figures down."""
    rows: list[dict[str, Any]] = []
    details: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as store, tempfile.TemporaryDirectory() as made:
        pages = Path(made)
        write_scripts(pages)
        with running(store) as service:
            listed = pieces(service)
        for piece in listed:
            for viewer in VIEWERS:
                (pages / f"{viewer}-{piece.product}.html").write_text(page_of(viewer, piece))
        with running(store, pages) as service, sync_playwright() as playwright:
            for piece in listed:
                service.fetch(f"/api/v1/embed/{piece.product}")
                service.make_light()
                taken: dict[str, list[Visit]] = {viewer: [] for viewer in VIEWERS}
                for _ in range(REPEATS):
                    for viewer in VIEWERS:
                        address = f"{service.address}/bench/{viewer}-{piece.product}.html"
                        taken[viewer].append(visit(playwright, address))
                found = rows_of(piece.product, taken)
                details[piece.product] = {
                    viewer: [asdict(one) for one in visits] for viewer, visits in taken.items()
                }
                rows += found
                for row in found:
                    sys.stdout.write(f"{row['what']}: {row['figure']}\n")
                most = max(one.script_bytes for one in taken[OURS])
    rows.append(
        {
            "what": "JavaScript of the viewer in all, brotli",
            "figure": f"{most / 1e3:.1f} KB",
            "budget": f"<= {SCRIPT_BUDGET / 1e3:.0f} KB",
            "met": most <= SCRIPT_BUDGET,
        }
    )
    write_results("bench_viewer", {"rows": rows, "details": details})


if __name__ == "__main__":
    main()
