"""Baking the collection ahead: files a second with one worker and with two."""

from __future__ import annotations

import sys
import tempfile
from time import perf_counter

from benchmarks.common import write_results
from viewer.catalogue import PRODUCTS
from viewer.collection import bake_all, cluster, tasks_for
from viewer.configuration import configure

ASSETS = ("glb", "poster-480")
MOST_PRODUCTS = 16  # evenly over the collection


def throughput(workers: int) -> tuple[float, int]:
    """Files a second into an empty store, and how many failed."""
    chosen = list(PRODUCTS)[:: max(1, len(PRODUCTS) // MOST_PRODUCTS)]
    tasks = tasks_for([configure(product) for product in chosen], turntables=False)
    tasks = [task for task in tasks if task.asset in ASSETS]
    with tempfile.TemporaryDirectory() as folder, cluster(None, workers) as client:
        begun = perf_counter()
        results = bake_all(tasks, folder, client, lambda _: None)
        seconds = perf_counter() - begun
    return len(tasks) / seconds, sum(result.error is not None for result in results)


def main() -> None:
    """Measure and write the figures down."""
    rows, rates = [], {}
    for workers in (1, 2):
        rates[workers], failed = throughput(workers)
        figure = f"{rates[workers]:.2f} files/s, {failed} failed"
        rows.append({"what": f"{workers} workers: models and posters", "figure": figure})
    gain = rates[2] / rates[1]
    rows.append({"what": "two workers ÷ one", "figure": f"{gain:.2f}"})
    for line in rows:
        sys.stdout.write(f"{line['what']}: {line['figure']}\n")
    write_results("bench_bake", {"rows": rows, "details": {"files_per_second": rates}})


if __name__ == "__main__":
    main()
