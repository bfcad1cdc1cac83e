"""The whole collection baked ahead, in parallel on Dask: here by default, or on a cluster.

Every task is one asset of one configuration. Tasks end in the store, so a run that was interrupted
goes on where it stopped, and one that fails leaves the others be.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter

from distributed import Client, LocalCluster, as_completed

from models3d.errors import ParureError
from viewer.angles import VIEWS
from viewer.bake import PAGE_SIZES_PX, POSTER_FORMATS, Bakery, edition
from viewer.bills import bill_bytes
from viewer.configuration import Configuration, configure
from viewer.picture_order import square
from viewer.render.worker import RenderWorker
from viewer.store import Store

TURNTABLE_SIZE_PX = 720


@dataclass(frozen=True, slots=True)
class Task:
    """One asset to bake."""

    product: str
    canonical: str  # of the configuration
    asset: str  # bill, glb, poster-<size> or view-<number>


@dataclass(frozen=True, slots=True)
class Baked:
    """What became of a task."""

    task: Task
    size_bytes: int
    seconds: float
    error: str | None  # a sentence; None: it is in the store


def tasks_for(configurations: Iterable[Configuration], *, turntables: bool) -> list[Task]:
    """Everything a page needs of these configurations; with or without their turntables."""
    assets = ["bill", "glb", *(f"poster-{size}" for size in PAGE_SIZES_PX)]
    if turntables:
        assets += [f"view-{view}" for view in range(1, VIEWS)]
    return [
        Task(configuration.product, configuration.canonical(), asset)
        for configuration in configurations
        for asset in assets
    ]


def bake(task: Task, location: str | Path) -> Baked:
    """Run one task against a store; never raises for what is wrong with the piece."""
    started = perf_counter()
    document = json.loads(task.canonical)
    size_bytes, error = 0, None
    try:
        configuration = configure(document["product"], document["options"])
        bakery = _bakery(str(location))
        kind, _, number = task.asset.partition("-")
        if kind == "bill":
            size_bytes = len(bill_bytes(bakery.bill(configuration)))
        elif kind == "glb":
            size_bytes = len(bakery.file(configuration, "glb"))
            bakery.packed_file(configuration, "glb", "br")
        elif kind == "poster":
            orders = [square("0", int(number), name) for name in POSTER_FORMATS]
            size_bytes = sum(len(bakery.picture(configuration, order)) for order in orders)
        else:
            view = square(number, TURNTABLE_SIZE_PX, "webp")
            size_bytes = len(bakery.picture(configuration, view))
    except ParureError as refusal:
        error = str(refusal)
    return Baked(task, size_bytes, perf_counter() - started, error)


def bake_all(
    tasks: list[Task], location: str | Path, client: Client, step: Callable[[Baked], object]
) -> list[Baked]:
    """Run tasks on a cluster.

    Args:
        step: told each result as it comes.
    Returns:
        The results in the order of the tasks.
    """
    futures = [client.submit(bake, task, location, pure=False) for task in tasks]
    at = {future.key: index for index, future in enumerate(futures)}
    results: dict[int, Baked] = {}
    for future in as_completed(futures):
        index = at[future.key]
        if future.status == "finished":
            result: Baked = future.result()
        else:  # a fault of ours, or the worker died of it again and again
            fault = future.exception()
            result = Baked(tasks[index], 0, 0.0, f"{type(fault).__name__}: {fault}")
        results[index] = result
        step(result)
    return [results[index] for index in range(len(tasks))]


@contextmanager
def cluster(scheduler: str | None, workers: int) -> Iterator[Client]:
    """A client of the cluster at this address, or of so many processes on this machine."""
    if scheduler is not None:
        with Client(scheduler, timeout=20) as client:
            yield client
        return
    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            host="127.0.0.1",
            silence_logs=logging.CRITICAL,  # what fails is reported at the end
        ) as local,
        Client(local) as client,
    ):
        yield client


@cache
def _bakery(location: str) -> Bakery:
    """One for each process: its renderer stays warm from task to task."""
    return Bakery(Store(location, edition()), RenderWorker(patient=True))
