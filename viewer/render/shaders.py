"""Shader sources: bodies without `#version` in static/shaders, shared with the browser.

A body includes chunks by `#include "chunks/name.glsl"`, each at most once. The loader puts the
header and the defines in front: `300 es` for WebGL2 and OpenGL ES, `330 core` for the desktop.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import moderngl
import numpy as np

from models3d.frames import Array

FOLDER = Path(__file__).parents[2] / "static" / "shaders"
DESKTOP = "#version 330 core"
EMBEDDED = "#version 300 es"
INCLUDE = re.compile(r'^#include "([\w/.]+)"\s*$', re.MULTILINE)


def expand(name: str, included: set[str] | None = None) -> str:
    """The body `name` (relative to static/shaders) with its chunks in place.

    Raises:
        FileNotFoundError: the body or a chunk does not exist.
    """
    seen = set() if included is None else included
    seen.add(name)

    def chunk(match: re.Match[str]) -> str:
        return "" if match[1] in seen else expand(match[1], seen)

    return INCLUDE.sub(chunk, (FOLDER / name).read_text(encoding="utf-8"))


def source(name: str, header: str = DESKTOP, defines: Mapping[str, str] | None = None) -> str:
    """A complete shader: header, defines, body."""
    lines = [f"#define {key} {value}" for key, value in (defines or {}).items()]
    return "\n".join([header, *lines, expand(name)])


def build(
    context: moderngl.Context,
    vertex: str,
    fragment: str,
    defines: Mapping[str, str] | None = None,
    header: str = DESKTOP,
) -> moderngl.Program:
    """Compile and link two bodies.

    Raises:
        moderngl.Error: the driver refuses the source; its log is the message.
    """
    return context.program(
        vertex_shader=source(f"{vertex}.vert.glsl", header, defines),
        fragment_shader=source(f"{fragment}.frag.glsl", header, defines),
    )


@dataclass(slots=True)
class _Told:
    """A uniform, and what it was set to last."""

    member: moderngl.Uniform
    value: Any = None

    @property
    def size(self) -> int:
        """Bytes of 32-bit numbers; compilers cut off the end of an array that is never read."""
        return 4 * self.member.dimension * self.member.array_length


def assign(program: moderngl.Program, values: Mapping[str, Any]) -> None:
    """Set uniforms; those that the compiler dropped as unused are passed over.

    Bytes are written as they are (matrices and arrays), anything else by its value. What a uniform
    holds already is not written again, so nothing else may set one.
    """
    known: dict[str, _Told] | None = program.extra
    if known is None:
        members = ((name, program[name]) for name in program)
        known = program.extra = {n: _Told(m) for n, m in members if isinstance(m, moderngl.Uniform)}
    for name, value in values.items():
        told = known.get(name)
        if told is None or told.value is value or told.value == value:
            continue
        if isinstance(value, bytes):
            told.member.write(value[: told.size])
        else:
            told.member.value = value
        told.value = value


def packed(values: Mapping[str, Any]) -> dict[str, bytes]:
    """Uniforms as OpenGL takes them: what is told to many programs is turned into bytes once."""
    return {name: _bytes(value) for name, value in values.items()}


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, tuple):
        return struct.pack(f"{len(value)}f", *value)
    return struct.pack("i" if isinstance(value, int) else "f", value)


def matrix_bytes(matrix: Array) -> bytes:
    """A matrix as GLSL takes it: column after column, 32 bits."""
    return np.ascontiguousarray(matrix.T, "f4").tobytes()
