"""One net on LiteRT. The only file that imports it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import ArrayLike, NDArray

from tryon.native_chatter import native_chatter_dropped

Tensor = NDArray[np.float32]


class Net:
    """A model in memory; belongs to the thread that runs it.

    Args:
        model: the bytes of a .tflite file.
        threads: that one run may use.
    """

    def __init__(self, model: bytes, threads: int = 2) -> None:
        with native_chatter_dropped():
            self._interpreter = Interpreter(model_content=model, num_threads=threads)
            self._interpreter.allocate_tensors()
        details = self._interpreter.get_input_details()[0]
        self._input = int(details["index"])
        self._outputs: Mapping[str, int] = {
            str(detail["name"]): int(detail["index"])
            for detail in self._interpreter.get_output_details()
        }
        self.input_shape: tuple[int, ...] = tuple(int(side) for side in details["shape"])

    def run(self, values: ArrayLike) -> dict[str, Tensor]:
        """Every output by its name, copied out.

        Args:
            values: of `input_shape`.
        """
        self._interpreter.set_tensor(self._input, np.asarray(values, np.float32))
        self._interpreter.invoke()
        return {
            name: np.array(self._interpreter.get_tensor(index), np.float32)
            for name, index in self._outputs.items()
        }
