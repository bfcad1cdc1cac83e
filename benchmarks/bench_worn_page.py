"""Try-on in the page: from the shopper's wish to the first jewel on her hand, then frame by frame.

A browser of its own with nothing cached, then the same browser again, which has kept what tracking
takes; over loopback, with everything that the service makes already made. The picture is a
photograph of a hand in the place of a camera's. Then a stream of it is worn through, and memory
compared between an early frame and the last one. WebGL is drawn in software: no phone's figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from time import monotonic
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from benchmarks.browser import Processes, browser, told, until
from benchmarks.common import ROOT, Timing, write_results
from benchmarks.service import Service, running
from tests.serving import hand_frame
from tests.wearing import PLAIN_PAGE, png

PRODUCT = "solitaire"
WIDTH_PX = 640
VISITS = 3
FRAMES, EARLY = 240, 40  # of the stream; the first memory is taken at the early one
FIRST_OVERLAY_MS = 4000.0
GROWTH = 0.02
SETTLED_MINUTES = 0.5  # until a page that runs for long has all that it works with
READ_EVERY_MS = 5000
ENDLESS = 10**9
PATIENCE_S = 120.0
KEPT = 3  # worker, runtime and net
SHELF = "caches.open('parure-tracking').then((one) => one.keys()).then((all) => all.length)"
WISH = """([tracking, overlay, picture, asked]) => {
  const begun = performance.now();
  const told = (window.told = { times: {}, frames: [], failed: null });
  const note = (name) => (told.times[name] ??= performance.now() - begun);
  const canvas = document.createElement('canvas');
  const bytes = Uint8Array.from(atob(picture), (each) => each.charCodeAt(0));
  const source = createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  window.wanted = 1;
  (async () => {
    const modules = await Promise.all([import(tracking), import(overlay)]);
    const [{ openTracking }, { openOverlay }] = modules;
    const painting = openOverlay();
    let sent = 0;
    const next = async () => {
      if (told.frames.length >= window.wanted) return setTimeout(next, 10);
      sent = performance.now();
      follower.frame(await createImageBitmap(await source), sent);
    };
    const follower = openTracking({
      progress: (loaded, total) => loaded === total && note('fetched'),
      known: async (files) => (await painting).prepare(files),
      ready: async (files) => {
        note('ready');
        await (await painting).prepare(files);
        note('prepared');
        next();
      },
      solved: async (solved) => {
        await (await painting).draw(solved, canvas, 2);
        solved.image.close();
        if (solved.layers.length) note('first');
        told.frames.push({ ...solved.timings, frame: performance.now() - sent });
        next();
      },
      failed: (reason) => (told.failed = reason),
    });
    follower.wear(asked, true);
  })();
}"""


def wish(page: Page, service: Service, asked: Sequence[Mapping[str, str]]) -> dict[str, float]:
    """Somebody wants to try something on; when what was there, milliseconds from then."""
    built = json.loads((ROOT / "static/dist/manifest.json").read_text())
    page.goto(service.address + PLAIN_PAGE)
    page.wait_for_timeout(500)
    modules = [f"/static/{built[name]}" for name in ("tracking.js", "overlay.js")]
    page.evaluate(WISH, [*modules, png(hand_frame(WIDTH_PX)), asked])
    times: dict[str, float] = told(page, "told.times.first > 0", PATIENCE_S)["times"]
    return times


def streamed(page: Page, processes: Processes) -> tuple[list[dict[str, float]], float, float]:
    """A stream: what each frame took, and memory early and late, MB."""
    page.evaluate(f"window.wanted = {EARLY}")
    told(page, f"told.frames.length >= {EARLY}", PATIENCE_S)
    page.wait_for_timeout(500)
    early = processes.memory_mb()
    page.evaluate(f"window.wanted = {FRAMES}")
    noted = told(page, f"told.frames.length >= {FRAMES}", PATIENCE_S)
    page.wait_for_timeout(500)
    frames: list[dict[str, float]] = noted["frames"]
    return frames[EARLY:], early, processes.memory_mb()


def worn_for(page: Page, processes: Processes, minutes: float) -> tuple[list[float], int]:
    """A stream for so long: memory all the while, MB, and how many frames were worn.

    Raises:
        RuntimeError: frames stopped.
    """
    page.evaluate(f"window.wanted = {ENDLESS}")
    page.wait_for_timeout(60e3 * SETTLED_MINUTES)
    begun, end = page.evaluate("told.frames.length"), monotonic() + 60.0 * minutes
    frames, held = begun, []
    while monotonic() < end:
        page.wait_for_timeout(READ_EVERY_MS)
        before, frames = frames, page.evaluate("told.frames.length")
        if frames == before:
            raise RuntimeError(f"no frame in {READ_EVERY_MS} ms after {frames}")
        held.append(processes.memory_mb())
    page.evaluate("window.wanted = 0")
    return held, frames - begun


def flat(held: Sequence[float], frames: int, minutes: float) -> dict[str, Any]:
    """The second half of a long stream against its first, in words."""
    half = len(held) // 2
    growth = mean(held[half:]) / mean(held[:half]) - 1.0
    return {
        "what": f"memory over {minutes:g} minutes, second half against first",
        "figure": f"{mean(held[:half]):.0f} MB, {100.0 * growth:+.1f} % in {frames} frames; "
        f"{min(held):.0f} to {max(held):.0f} MB",
        "budget": f"<= {100.0 * GROWTH:.0f} % more",
        "met": growth <= GROWTH,
    }


def bytes_of(service: Service) -> dict[str, int]:
    """What goes over the wire, brotli."""
    built = json.loads((ROOT / "static/dist/manifest.json").read_text())
    _, said, _ = service.ask("GET", "/api/v1/tracking.json")
    needs = json.loads(said)
    files = {
        "tracking worker": needs["worker"],
        "its client": f"/static/{built['tracking.js']}",
        "runtime": needs["runtime"]["file"],
        "nets of hands": needs["hands"]["file"],
        "nets of faces": needs["faces"]["file"],
    }
    return {name: len(service.ask("GET", path, None, "br")[1]) for name, path in files.items()}


def visits(
    context: BrowserContext, processes: Processes, service: Service, asked: Any
) -> dict[str, float]:
    """One visit in a page of its own; with what it cost all processes of the browser."""
    page = context.new_page()
    before = processes.processor_s()
    times = wish(page, service, asked)
    times["processor"] = 1e3 * (processes.processor_s() - before)
    until(page, f"{SHELF}.then((kept) => kept >= {KEPT})", PATIENCE_S)
    page.close()
    return times


def rows_of(
    cold: list[dict[str, float]],
    warm: list[dict[str, float]],
    frames: list[dict[str, float]],
    memory: tuple[float, float],
    sizes: Mapping[str, int],
) -> list[dict[str, Any]]:
    """The figures in words, with their budgets."""
    first = [one["first"] for one in warm]
    growth = memory[1] / memory[0] - 1.0
    rows: list[dict[str, Any]] = [
        {
            "what": "first jewel on a hand, everything kept",
            "figure": f"{median(first):.0f} ms ({min(first):.0f} to {max(first):.0f})",
            "budget": f"<= {FIRST_OVERLAY_MS:.0f} ms",
            "met": median(first) <= FIRST_OVERLAY_MS,
        },
        {
            "what": "processor time until then, page and all",
            "figure": f"{median(one['processor'] for one in warm):.0f} ms",
        },
        {
            "what": "first jewel on a hand, nothing kept",
            "figure": f"{median(one['first'] for one in cold):.0f} ms",
        },
        {
            "what": f"memory after {FRAMES} frames against {EARLY}",
            "figure": f"{memory[1]:.0f} MB, {100.0 * growth:+.1f} %",
            "budget": f"<= {100.0 * GROWTH:.0f} % more",
            "met": growth <= GROWTH,
        },
    ]
    for key, words in (("track", "landmarks"), ("solve", "solving"), ("frame", "whole frame")):
        timing = Timing.of([one[key] for one in frames])
        figure = f"{timing.median_ms:.1f} ms, 95 % within {timing.p95_ms:.1f}"
        rows.append({"what": f"{words}, {WIDTH_PX} pixels wide", "figure": figure})
    rows += [
        {"what": f"{name}, brotli", "figure": f"{size / 1e3:.0f} KB"}
        for name, size in sizes.items()
    ]
    return rows


def short(service: Service, asked: Any) -> dict[str, Any]:
    """Visits with nothing and with everything kept, then a stream of some seconds."""
    cold: list[dict[str, float]] = []
    warm: list[dict[str, float]] = []
    sizes = bytes_of(service)
    with sync_playwright() as playwright:
        for _ in range(VISITS):
            with browser(playwright) as (opened, processes):
                context = opened.new_context()
                cold.append(visits(context, processes, service, asked))
                warm.append(visits(context, processes, service, asked))
        with browser(playwright) as (opened, processes):
            page = opened.new_page()
            wish(page, service, asked)
            frames, *memory = streamed(page, processes)
    details = {"cold": cold, "warm": warm, "memory_mb": memory, "bytes": sizes}
    return {
        "rows": rows_of(cold, warm, frames, (memory[0], memory[1]), sizes),
        "details": details,
    }


def long(service: Service, asked: Any, minutes: float) -> dict[str, Any]:
    """One stream alone, for so long."""
    with sync_playwright() as playwright, browser(playwright) as (opened, processes):
        page = opened.new_page()
        wish(page, service, asked)
        held, frames = worn_for(page, processes, minutes)
    return {"rows": [flat(held, frames, minutes)], "details": {"memory_mb": held}}


def main() -> None:
    """Measure and write the figures down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, help="of a long stream, instead of all else")
    parser.add_argument("--json", type=Path, help="write here instead of benchmarks/results")
    given = parser.parse_known_args()[0]
    with tempfile.TemporaryDirectory() as store, running(store) as service:
        service.make_light()
        _, said, _ = service.ask("POST", "/api/v1/configurations", {"product": PRODUCT})
        made = json.loads(said)
        service.fetch(f"{made['urls']['model']}?profile=viewer")
        asked = [{"product": PRODUCT, "hash": made["hash"], "finger": "ring"}]
        results = long(service, asked, given.minutes) if given.minutes else short(service, asked)
    for row in results["rows"]:
        budget = f"  (budget {row['budget']})" if row.get("budget") else ""
        sys.stdout.write(f"{row['what']}: {row['figure']}{budget}\n")
    if given.json:
        given.json.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    else:
        write_results("bench_worn_page", results)


if __name__ == "__main__":
    main()
