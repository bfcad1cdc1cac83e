"""A context is found, or the message says what to install."""

import ctypes
from unittest.mock import patch

import moderngl
import pytest

from viewer.errors import NoGraphics
from viewer.render import context as contexts
from viewer.render.context import create_context
from viewer.render.egl import EglContext
from viewer.render.osmesa import OsMesaContext


def _osmesa_is_installed() -> bool:
    try:
        ctypes.CDLL("libOSMesa.so.8")
    except OSError:
        return False
    return True


def _missing(kind: type) -> object:
    return lambda: kind("libNotThere.so.0")


@pytest.mark.gpu
def test_the_first_choice_draws() -> None:
    context = create_context()
    assert context.version_code >= 330
    target = context.simple_framebuffer((2, 2))
    target.clear(1.0, 0.0, 0.0, 1.0)
    assert target.read(components=4)[:4] == b"\xff\x00\x00\xff"
    context.release()


@pytest.mark.gpu
def test_software_steps_in_when_egl_is_missing() -> None:
    with patch.dict(contexts.BACKENDS, {"egl": _missing(EglContext)}):
        if _osmesa_is_installed():
            context = create_context()
            target = context.simple_framebuffer((2, 2))
            target.clear(0.0, 1.0, 0.0, 1.0)
            assert target.read(components=4)[:4] == b"\x00\xff\x00\xff"
            context.release()
        else:
            with pytest.raises(NoGraphics, match="libosmesa6"):
                create_context()


def test_without_any_opengl_the_message_names_the_packages() -> None:
    missing = {"egl": _missing(EglContext), "osmesa": _missing(OsMesaContext)}
    with (
        patch.dict(contexts.BACKENDS, missing),
        pytest.raises(NoGraphics, match="libegl1 libgles2 libgl1-mesa-dri") as caught,
    ):
        create_context()
    assert "egl:" in str(caught.value)
    assert "osmesa:" in str(caught.value)


def test_an_unknown_backend_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="vulkan"):
        create_context("vulkan")


@pytest.mark.gpu
def test_two_contexts_live_side_by_side() -> None:
    first, second = create_context(), create_context()
    assert isinstance(first, moderngl.Context)
    second.release()
    first.release()
