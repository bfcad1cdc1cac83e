"""OpenGL in software through libOSMesa: what moderngl asks of a context, in ctypes."""

from __future__ import annotations

import ctypes

RGBA, UNSIGNED_BYTE = 0x1908, 0x1401
FORMAT, DEPTH_BITS, PROFILE, CORE_PROFILE, MAJOR_VERSION, MINOR_VERSION = (
    0x22, 0x30, 0x33, 0x34, 0x36, 0x37,
)  # fmt: skip
SIDE = 16  # pixels of the default framebuffer, which nothing is drawn to


class OsMesaContext:
    """A current OpenGL 3.3 core context that draws into memory.

    Raises:
        OSError: libOSMesa is missing or too old.
    """

    def __init__(self, library: str = "libOSMesa.so.8") -> None:
        self._mesa = mesa = ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
        pointer, integer = ctypes.c_void_p, ctypes.c_int
        mesa.OSMesaGetProcAddress.restype = pointer
        mesa.OSMesaGetProcAddress.argtypes = [ctypes.c_char_p]
        mesa.OSMesaCreateContextAttribs.restype = pointer
        mesa.OSMesaCreateContextAttribs.argtypes = [pointer, pointer]
        mesa.OSMesaMakeCurrent.argtypes = [pointer, pointer, ctypes.c_uint, integer, integer]
        mesa.OSMesaDestroyContext.argtypes = [pointer]
        wanted = {
            FORMAT: RGBA,
            DEPTH_BITS: 24,
            PROFILE: CORE_PROFILE,
            MAJOR_VERSION: 3,
            MINOR_VERSION: 3,
        }
        attributes = (integer * 11)(*(number for pair in wanted.items() for number in pair), 0)
        self._context: int | None = mesa.OSMesaCreateContextAttribs(attributes, None)
        if not self._context:
            raise OSError("this libOSMesa cannot draw with OpenGL 3.3")
        self._pixels = (ctypes.c_ubyte * (SIDE * SIDE * 4))()
        self.enter()

    def load_opengl_function(self, name: str | bytes) -> int:
        """Address of an OpenGL function, 0 where there is none."""
        text = name.encode() if isinstance(name, str) else name
        return int(self._mesa.OSMesaGetProcAddress(text) or 0)

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
            OSError: the library refuses.
        """
        pixels = ctypes.addressof(self._pixels)
        if not self._mesa.OSMesaMakeCurrent(self._context, pixels, UNSIGNED_BYTE, SIDE, SIDE):
            raise OSError("libOSMesa refuses to make its context current")

    def exit(self) -> None:
        """Let go of the context on this thread."""
        self._mesa.OSMesaMakeCurrent(None, None, UNSIGNED_BYTE, 0, 0)

    def release(self) -> None:
        """Destroy the context."""
        if self._context:
            self.exit()
            self._mesa.OSMesaDestroyContext(self._context)
            self._context = None

    def __enter__(self) -> OsMesaContext:
        self.enter()
        return self

    def __exit__(self, *exception: object) -> None:
        self.exit()
