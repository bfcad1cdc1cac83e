"""The service under load: unchanging files a second, and a crowd for whom nothing is drawn yet.

The service runs as `parure serve` runs it, in a process of its own with an empty store, but draws
nothing ahead. wrk asks over the loopback on the same cores, with 64 connections kept open: for one
file, and by turns for what a product page takes. Then 200 different rings are configured and drawn
for 200 visitors at once, who ask again when they are told to; somebody looks meanwhile whether the
service still answers.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from json import loads
from time import perf_counter, sleep

from benchmarks.common import SEED, write_results
from benchmarks.service import PATIENCE_S, Service, running

SECONDS = 15
CONNECTIONS = 64
LEAST_PER_S = 2000.0
VISITORS = 200
PICTURE_PX = 160
MOST_MB = 1500.0  # of memory that the crowd adds
LOOK_EVERY_S = 0.25
BY_TURNS = """
local paths, at = {%s}, 0
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at], {["Accept-Encoding"] = "br"})
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw."""

    per_s: float
    p99_ms: float
    errors: int  # refused, broken or late


def loaded(service: Service, paths: list[str]) -> Load:
    """wrk on these paths by turns."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(BY_TURNS % ", ".join(f'"{path}"' for path in paths))
        script.flush()
        said = subprocess.run(
            ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}", "--timeout", "10s", "--latency",
             "-s", script.name, service.address],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    p99, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    p99_ms = float(p99) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit]
    broken = re.search(r"Socket errors: (.*)", said)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    errors = sum(map(int, re.findall(r"\d+", broken[1]))) if broken else 0
    return Load(rate, p99_ms, errors + (int(refused[1]) if refused else 0))


def page_of(service: Service) -> tuple[str, list[str]]:
    """A poster, and all unchanging files of a product's page with its first view in 3D."""
    _, said, _ = service.ask("POST", "/api/v1/configurations", {"product": "solitaire"})
    key = loads(said)["hash"]
    renders, models = f"/api/v1/renders/{key}", f"/api/v1/models/{key}"
    poster = f"{renders}/0.avif?w=480"
    _, page, _ = service.ask("GET", "/p/solitaire")
    static = sorted(set(re.findall(r'"(/static/[^"]+)"', page.decode())))
    paths = [poster, f"{renders}/0.webp?w=720", f"{models}.glb?profile=viewer", *static]
    for path in paths:
        service.fetch(path)
    return poster, paths


def crowd(service: Service) -> dict[str, float]:
    """200 visitors, each with a ring of their own."""
    chance = random.Random(SEED)
    rings = [
        {"width": f"{2 + 0.1 * (n // 20):.1f}", "size": f"EU {44 + n % 20}"}
        for n in range(VISITORS)
    ]
    told = {"refusals": 0, "failures": 0}
    waits, looks = [], []
    over = threading.Event()
    begun = perf_counter()

    def insist(method: str, path: str, body: object = None) -> bytes:
        while perf_counter() - begun < PATIENCE_S:
            status, answer, again_s = service.ask(method, path, body)
            if status == 200:
                return answer
            if status == 503 and again_s > 0:
                told["refusals"] += 1
            else:
                told["failures"] += 1
                sys.stderr.write(f"{method} {path}: {status} {answer[:200]!r}\n")
            sleep(min(again_s or 1.0, 20.0) * chance.uniform(0.5, 1.0))
        raise RuntimeError("a visitor was never served")

    def visit(options: dict[str, str]) -> None:
        asked = {"product": "band", "options": options}
        key = loads(insist("POST", "/api/v1/configurations", asked))["hash"]
        insist("GET", f"/api/v1/renders/{key}/0.webp?w={PICTURE_PX}")
        waits.append(perf_counter() - begun)

    def look() -> None:
        while not over.wait(LOOK_EVERY_S):
            asked = perf_counter()
            status, _, _ = service.ask("GET", "/healthz")
            looks.append(1e3 * (perf_counter() - asked))
            told["failures"] += status != 200

    before = service.peak_mb()
    onlooker = threading.Thread(target=look)
    onlooker.start()
    with ThreadPoolExecutor(VISITORS) as visitors:
        list(visitors.map(visit, rings))
    over.set()
    onlooker.join()
    return {
        **told,
        "served": len(waits),
        "seconds": max(waits),
        "median_wait_s": sorted(waits)[len(waits) // 2],
        "look_p95_ms": sorted(looks)[int(0.95 * len(looks))],
        "added_mb": service.peak_mb() - before,
    }


def main() -> None:
    """Measure and write the figures down."""
    rows: list[dict[str, object]] = []
    details: dict[str, object] = {}

    def state(what: str, figure: str, budget: str = "", met: bool | None = None) -> None:
        rows.append({"what": what, "figure": figure, "budget": budget, "met": met})
        sys.stdout.write(f"{what}: {figure}\n")

    with tempfile.TemporaryDirectory() as folder, running(folder) as service:
        poster, page = page_of(service)
        if shutil.which("wrk"):
            for what, paths in (("one poster", [poster]), ("a page's files by turns", page)):
                load = loaded(service, paths)
                state(
                    f"cached, {what}, {CONNECTIONS} connections",
                    f"{load.per_s:.0f} requests/s, 99 % in {load.p99_ms:.0f} ms, "
                    f"{load.errors} errors",
                    f">= {LEAST_PER_S:.0f}, 0 errors",
                    load.per_s >= LEAST_PER_S and load.errors == 0,
                )
                details[what] = {"per_s": load.per_s, "p99_ms": load.p99_ms}
        else:
            state("cached files", "not measured: wrk is not installed")
        seen = crowd(service)
        details["crowd"] = seen
        state(
            f"{VISITORS} visitors with {VISITORS} rings at once",
            f"{seen['served']} served in {seen['seconds']:.0f} s (half in "
            f"{seen['median_wait_s']:.0f} s), {seen['refusals']} times told to come again, "
            f"{seen['failures']} failures",
            "all served, 0 failures",
            seen["served"] == VISITORS and seen["failures"] == 0,
        )
        state("meanwhile, /healthz answers in (95 %)", f"{seen['look_p95_ms']:.0f} ms")
        state(
            "memory that they add at most",
            f"{seen['added_mb']:.0f} MB",
            f"<= {MOST_MB:.0f} MB",
            seen["added_mb"] <= MOST_MB,
        )
    write_results("bench_load", {"rows": rows, "details": details})


if __name__ == "__main__":
    main()
