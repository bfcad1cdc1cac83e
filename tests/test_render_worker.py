"""One thread owns the renderer; what goes wrong there comes back here."""

import os
import threading
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest

from models3d.frames import Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Model
from models3d.rings.band import Band
from viewer.errors import NoGraphics
from viewer.manners import PATIENT
from viewer.picture import still
from viewer.render import worker as workers
from viewer.render.types import Shot, Worn
from viewer.render.worker import RenderWorker

POSE = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, 0.2]))
SHOT = Shot(
    Intrinsics(600.0, 600.0, 40.0, 40.0),
    PixelRegion(0, 0, 80, 80),
    (Worn(Band().build(), POSE),),
)


@pytest.mark.gpu
@pytest.mark.usefixtures("settled")
def test_all_work_happens_on_one_other_thread() -> None:
    with RenderWorker() as worker:
        threads = {worker.run(lambda _: threading.get_ident()).result() for _ in range(5)}
        overlays = [worker.render(SHOT) for _ in range(3)]
        pictures = [overlay.result().rgba for overlay in overlays]
    assert len(threads) == 1
    assert threads != {threading.get_ident()}
    assert pictures[0].max() > 0
    np.testing.assert_array_equal(pictures[0], pictures[2])


@pytest.mark.gpu
def test_errors_come_out_of_the_future_and_the_worker_goes_on() -> None:
    with RenderWorker() as worker:
        broken = worker.run(lambda _: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            broken.result()
        assert worker.render(SHOT).result().rgba.shape == (80, 80, 4)


@pytest.mark.gpu
def test_closing_ends_the_thread_and_twice_does_no_harm() -> None:
    before = threading.active_count()
    worker = RenderWorker()
    assert threading.active_count() == before + 1
    worker.close()
    worker.close()
    assert threading.active_count() == before
    with pytest.raises(RuntimeError):
        worker.render(SHOT)


def test_a_machine_without_graphics_says_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(backend: str | None) -> None:
        raise NoGraphics("no OpenGL can be loaded")

    monkeypatch.setattr(workers, "Renderer", refuse)
    before = threading.active_count()
    with pytest.raises(NoGraphics):
        RenderWorker()
    assert threading.active_count() == before


@pytest.mark.gpu
def test_a_patient_worker_gives_way_and_leaves_other_threads_as_they_were() -> None:
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    with RenderWorker(patient=True) as worker:
        niceness = worker.run(
            lambda _: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        ).result()
    assert niceness == max(PATIENT, own)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own


def queued_s() -> float:
    """How long this thread stood in the queue for a processor that others had."""
    told = Path("/proc/thread-self/schedstat")
    return int(told.read_text().split()[1]) * 1e-9 if told.exists() else 0.0


@pytest.mark.gpu
def test_while_a_picture_is_drawn_other_threads_go_on(ring: Model) -> None:
    """Software OpenGL would hold the interpreter's lock for most of the time that it draws."""
    with RenderWorker() as worker:
        software = worker.run(lambda renderer: "llvmpipe" in renderer.description).result()
        if not software:
            pytest.skip("a graphics card draws too fast to be in anybody's way")
        worker.run(lambda renderer: still(renderer, ring, 64, 64)).result()
        drawing = worker.run(lambda renderer: still(renderer, ring, 800, 800, supersampling=3))
        begun, last, queued = monotonic(), monotonic(), queued_s()
        longest = 0.0
        while not drawing.done():
            sleep(0.002)
            now, stood = monotonic(), queued_s()
            longest = max(longest, now - last - (stood - queued))
            last, queued = now, stood
        assert longest < 0.25 * (last - begun)
