"""A renderer on a thread of its own, since an OpenGL context belongs to one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from viewer.manners import PATIENT, give_way
from viewer.render.renderer import Renderer
from viewer.render.types import Overlay, Shot

Result = TypeVar("Result")


class RenderWorker:
    """Owns a renderer and the only thread that uses it; errors come out of the futures.

    Args:
        backend: as for `Renderer`.
        patient: draw when nobody else needs the processor.
    Raises:
        NoGraphics: no OpenGL can be loaded.
    """

    def __init__(self, backend: str | None = None, *, patient: bool = False) -> None:
        self._thread = ThreadPoolExecutor(
            max_workers=1,
            thread_name_prefix="parure-render",
            initializer=partial(give_way, PATIENT) if patient else None,
        )
        try:
            self._renderer = self._thread.submit(Renderer, backend).result()
        except BaseException:
            self._thread.shutdown()
            raise

    def run(self, action: Callable[[Renderer], Result]) -> Future[Result]:
        """Call `action` with the renderer, after everything asked before.

        Raises:
            RuntimeError: the worker is closed.
        """
        return self._thread.submit(action, self._renderer)

    def render(self, shot: Shot) -> Future[Overlay]:
        """Draw a shot."""
        return self.run(lambda renderer: renderer.render(shot))

    def render_all(self, shots: Sequence[Shot]) -> Future[tuple[Overlay, ...]]:
        """Draw several shots, sooner than one by one."""
        return self.run(lambda renderer: renderer.render_all(shots))

    def close(self) -> None:
        """Finish what was asked, free the renderer and end the thread; twice does no harm."""
        try:
            closing = self._thread.submit(self._renderer.close)
        except RuntimeError:  # closed before
            return
        self._thread.shutdown(wait=True)
        closing.result()

    def __enter__(self) -> RenderWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
