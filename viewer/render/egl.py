"""OpenGL without a window through EGL: what moderngl asks of a context, in ctypes.

The devices are tried in the order EGL gives them, so a graphics card comes before software.
Only libEGL is needed: no libGL, no X.
"""

from __future__ import annotations

import ctypes

OPENGL_API, OPENGL_BIT, PBUFFER_BIT = 0x30A2, 0x0008, 0x0001
RENDERABLE_TYPE, SURFACE_TYPE, NONE = 0x3040, 0x3033, 0x3038
MAJOR_VERSION, MINOR_VERSION, PROFILE_MASK, CORE_PROFILE_BIT = 0x3098, 0x30FB, 0x30FD, 1
PLATFORM_DEVICE = 0x313F
MAX_DEVICES = 16


class EglContext:
    """A current OpenGL 3.3 core context without a surface.

    Raises:
        OSError: libEGL is missing, or none of its devices can draw with OpenGL.
    """

    def __init__(self, library: str = "libEGL.so.1") -> None:
        self._egl = egl = ctypes.CDLL(library)
        egl.eglGetProcAddress.restype = ctypes.c_void_p
        egl.eglGetProcAddress.argtypes = [ctypes.c_char_p]
        pointer = ctypes.c_void_p
        egl.eglInitialize.argtypes = [pointer, pointer, pointer]
        egl.eglChooseConfig.argtypes = [pointer, pointer, pointer, ctypes.c_int, pointer]
        egl.eglCreateContext.restype = pointer
        egl.eglCreateContext.argtypes = [pointer, pointer, pointer, pointer]
        egl.eglMakeCurrent.argtypes = [pointer, pointer, pointer, pointer]
        egl.eglDestroyContext.argtypes = [pointer, pointer]
        for display in self._displays():
            context = self._create(display)
            if context:
                self._display = display
                self._context: int | None = context
                self.enter()
                return
        raise OSError("EGL has no device that draws with OpenGL 3.3")

    def _displays(self) -> list[int]:
        query = self._egl.eglGetProcAddress(b"eglQueryDevicesEXT")
        get = self._egl.eglGetProcAddress(b"eglGetPlatformDisplayEXT")
        if not query or not get:
            raise OSError("this EGL cannot list its devices (EGL_EXT_device_enumeration)")
        pointer, integer = ctypes.c_void_p, ctypes.c_int
        devices = (pointer * MAX_DEVICES)()
        count = integer()
        ctypes.CFUNCTYPE(integer, integer, pointer, pointer)(query)(
            MAX_DEVICES, ctypes.addressof(devices), ctypes.addressof(count)
        )
        display_of = ctypes.CFUNCTYPE(pointer, integer, pointer, pointer)(get)
        displays = [display_of(PLATFORM_DEVICE, devices[i], None) for i in range(count.value)]
        return [d for d in displays if d]

    def _create(self, display: int) -> int | None:
        egl = self._egl
        if not egl.eglInitialize(display, None, None) or not egl.eglBindAPI(OPENGL_API):
            return None
        wanted = (ctypes.c_int * 5)(
            SURFACE_TYPE, PBUFFER_BIT, RENDERABLE_TYPE, OPENGL_BIT, NONE
        )  # fmt: skip
        config, count = ctypes.c_void_p(), ctypes.c_int()
        chosen = egl.eglChooseConfig(
            display, wanted, ctypes.byref(config), 1, ctypes.byref(count)
        )  # fmt: skip
        if not chosen or count.value == 0:
            return None
        attributes = (ctypes.c_int * 7)(
            MAJOR_VERSION, 3, MINOR_VERSION, 3, PROFILE_MASK, CORE_PROFILE_BIT, NONE
        )
        context: int | None = egl.eglCreateContext(display, config, None, attributes)
        return context

    def load_opengl_function(self, name: str | bytes) -> int:
        """Address of an OpenGL function, 0 where there is none."""
        text = name.encode() if isinstance(name, str) else name
        return int(self._egl.eglGetProcAddress(text) or 0)

    load = load_opengl_function

    def flush(self) -> None:
        """Begin to draw what was asked for."""
        ctypes.CFUNCTYPE(None)(self.load_opengl_function("glFlush"))()

    def finish(self) -> None:
        """Wait for what is being drawn; ctypes lets other threads go on meanwhile."""
        ctypes.CFUNCTYPE(None)(self.load_opengl_function("glFinish"))()

    def enter(self) -> None:
        """Make the context current on this thread.

        Raises:
            OSError: it is current on another thread.
        """
        if not self._egl.eglMakeCurrent(self._display, None, None, self._context):
            raise OSError("the OpenGL context is in use on another thread")

    def exit(self) -> None:
        """Let go of the context on this thread."""
        self._egl.eglMakeCurrent(self._display, None, None, None)

    def release(self) -> None:
        """Destroy the context."""
        if self._context:
            self.exit()
            self._egl.eglDestroyContext(self._display, self._context)
            self._context = None

    def __enter__(self) -> EglContext:
        self.enter()
        return self

    def __exit__(self, *exception: object) -> None:
        self.exit()
