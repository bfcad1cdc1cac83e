"""A place to draw without a window: the system's OpenGL, else software, else a clear message."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import moderngl

from viewer.errors import NoGraphics
from viewer.render.egl import EglContext
from viewer.render.osmesa import OsMesaContext

ADVICE = (
    "no OpenGL can be loaded: install it with "
    "`apt-get install libegl1 libgles2 libgl1-mesa-dri` (or `libosmesa6`)"
)
SOFTWARE = ("llvmpipe", "softpipe", "SwiftShader")
BACKENDS: dict[str, Callable[[], Any]] = {"egl": EglContext, "osmesa": OsMesaContext}


def create_context(backend: str | None = None) -> moderngl.Context:
    """Create a context that belongs to this thread.

    Args:
        backend: "egl" or "osmesa"; None tries them in this order on Linux and takes the system's
            own OpenGL (WGL, CGL) elsewhere.
    Raises:
        NoGraphics: none of them can be loaded; the message names the packages.
        ValueError: there is no such backend.
    """
    if backend is not None and backend not in BACKENDS:
        raise ValueError(f"expected a backend of {sorted(BACKENDS)}, got {backend!r}")
    if backend is None and not sys.platform.startswith("linux"):
        return moderngl.create_context(standalone=True, require=330)
    reasons = []
    for name in [backend] if backend else list(BACKENDS):
        try:
            window = BACKENDS[name]()
            context = moderngl.create_context(require=330, context=window)
            if any(software in context.info["GL_RENDERER"] for software in SOFTWARE):
                context.extra = window
            return context
        except OSError as error:
            reasons.append(f"{name}: {error}")
    raise NoGraphics(f"{ADVICE} ({'; '.join(reasons)})")


def begin(context: moderngl.Context) -> None:
    """Let software OpenGL begin to draw what it was asked for, on threads of its own."""
    if context.extra is not None:
        context.extra.flush()


def wait_for(context: moderngl.Context) -> None:
    """Let software OpenGL draw what it was asked for, while other threads of Python go on.

    It draws when a picture is read, or looked up by the next pass, and would hold the interpreter's
    lock all that time: seconds in which a service answers nobody. Graphics cards need no waiting.
    """
    if context.extra is not None:
        context.extra.finish()


def make_current(context: moderngl.Context) -> None:
    """Let OpenGL calls of this thread go to `context`; it must not be in use on another."""
    context.__enter__()  # type: ignore[no-untyped-call]
