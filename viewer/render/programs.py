"""Compiled programs, shared by all models."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

import moderngl

from viewer.render import shaders

CAPACITY = 64  # of stones; the few of surfaces stay


class ProgramCache:
    """Compiled programs by their files and defines; a stone's not used for longest is freed."""

    def __init__(self, context: moderngl.Context, common: Mapping[str, str]) -> None:
        self._context = context
        self._common = dict(common)  # defines that every program gets
        self._programs: OrderedDict[tuple[str, ...], moderngl.Program] = OrderedDict()

    def get(self, name: str, defines: Mapping[str, str]) -> moderngl.Program:
        """The program of `name`.vert.glsl and `name`.frag.glsl."""
        key = (name, *(f"{k}={v}" for k, v in sorted(defines.items())))
        program = self._programs.get(key)
        if program is None:
            program = shaders.build(self._context, name, name, {**self._common, **defines})
            self._programs[key] = program
            stones = [k for k in self._programs if k[0] == "gem"]
            if len(stones) > CAPACITY:
                self._programs.pop(stones[0]).release()  # a stone that needs it compiles it again
        self._programs.move_to_end(key)
        return program

    def __len__(self) -> int:
        return len(self._programs)
