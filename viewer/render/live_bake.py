"""What live pictures of a model need to be baked: known from a run before, or looked at in a hurry.

It can be made beside the drawing, on a thread and in a context of its own: a piece that was never
seen before is drawn at once, as if nothing stood about its metal and without a shadow on skin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from models3d.mesh import Model
from viewer.manners import BESIDE_FRAMES, give_way
from viewer.render.apart import Apart
from viewer.render.bakes import Baked, kept_bake
from viewer.render.caster import Caster, caster_of
from viewer.render.context import create_context
from viewer.render.occlusion import HURRIED, Openness, openness_of
from viewer.render.placed import Placed
from viewer.render.shadow import SkinShadow, bake_shadow
from viewer.render.skin import patch_of
from viewer.render.visibility import VisibilityBaker

GivesBaker = Callable[[], VisibilityBaker]  # called only where something has to be looked at


@dataclass(frozen=True, slots=True, eq=False)
class LiveBake:
    """All that is baked of a model for live pictures."""

    openness: tuple[Openness, ...]  # of each surface
    shadow: SkinShadow | None  # on its wearer; None: the model does not say where skin is


class BesideBaker:
    """Bakes models one after the other while others draw, who go first.

    Args:
        backend: as for `create_context`.
    """

    def __init__(self, backend: str | None = None) -> None:
        self._backend = backend
        self._thread = ThreadPoolExecutor(
            1, "bakes-beside", initializer=partial(give_way, BESIDE_FRAMES)
        )

    def bake(self, model: Model, apart: Apart) -> Future[LiveBake]:
        """Begin; nothing is baked twice that was kept."""
        return self._thread.submit(self._baked, model, apart)

    def release(self) -> None:
        """Finish what is being baked, forget the rest and end the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _baked(self, model: Model, apart: Apart) -> LiveBake:
        with ExitStack() as opened:

            @cache
            def baker() -> VisibilityBaker:
                context = create_context(self._backend)
                opened.callback(context.release)
                made = VisibilityBaker(context)
                opened.callback(made.release)
                return made

            solid = [part for part, _ in apart.surfaces]
            openness = live_openness(baker, solid)
            return LiveBake(tuple(openness), live_shadow(baker, model, caster_of(apart.casting)))


def live_openness(baker: GivesBaker, solid: Sequence[Placed]) -> list[Openness]:
    """What every surface sees, looked at in a hurry, in this run or one before."""
    if not solid:
        return []
    opaque = [not part.material.is_gem for part in solid]

    def bake() -> list[Baked]:
        found = openness_of(baker(), solid, opaque, HURRIED)
        return [each for part in found for each in (np.stack(part.values).astype("f4"), part.kind)]

    kept = kept_bake(_recipe(solid, opaque), bake)
    return [
        Openness(tuple(values.astype(np.float64)), kind)
        for values, kind in zip(kept[::2], kept[1::2], strict=True)
    ]


def live_shadow(baker: GivesBaker, model: Model, caster: Caster) -> SkinShadow | None:
    """What a jewel keeps from the skin of its wearer, in this run or one before."""
    patch = patch_of(model, caster.positions)
    if patch is None:
        return None
    made_from = (
        "shadow", caster.positions, caster.triangles, patch.points, patch.normals, patch.fade,
        f"{patch.wraps} {patch.fine}",
    )  # fmt: skip

    def bake() -> list[Baked]:
        return [bake_shadow(baker(), caster, patch).blocked.astype("f2")]

    (blocked,) = kept_bake(made_from, bake)
    return SkinShadow(patch, blocked.astype(np.float64))


def wide_open(part: Placed) -> Openness:
    """Of a part that nothing stands about: light from everywhere reaches every vertex."""
    value = np.broadcast_to([1.0, 0.0, 0.0, 0.0], (len(part.mesh.positions), 4))
    return Openness((value,), np.zeros(len(part.model_from_part), np.intp))


def _recipe(solid: Sequence[Placed], opaque: list[bool]) -> Iterator[Baked | str]:
    """All that decides what parts see."""
    yield f"openness {HURRIED} {opaque}"
    for part in solid:
        yield from (part.mesh.positions, part.mesh.normals, part.mesh.triangles)
        yield part.model_from_part
