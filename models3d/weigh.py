"""Metal by volume and density, where bodies overlap counted once."""

from __future__ import annotations

from collections.abc import Sequence

import manifold3d

from models3d.bill import MetalLot
from models3d.mesh import Mesh
from models3d.metals import metal
from models3d.solids import solid, union


def metal_lot(
    metal_id: str, bodies: Sequence[Mesh | manifold3d.Manifold], place: str = ""
) -> MetalLot:
    """What these bodies hold together of one alloy.

    Args:
        bodies: closed meshes in metres, or solids in millimetres.
        place: words, when a piece has more than one lot of metal.
    Raises:
        ModelError: no such metal, or a mesh does not enclose a volume.
    """
    solids = [body if isinstance(body, manifold3d.Manifold) else solid(body) for body in bodies]
    volume_mm3 = float(union(solids).volume())
    return MetalLot(metal_id, volume_mm3, volume_mm3 * 1e-3 * metal(metal_id).density_g_cm3, place)
