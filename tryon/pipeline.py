"""A camera frame in, the same frame with the jewels worn out. Read this first.

    image ─ track ─ solve ─ draw ─ compose ─ image
          hands,    where   only the regions    over the very frame that was solved
          faces …   and     of the jewels
                    light

`Pipeline` does the steps one after the other; `tryon.stream` does them side by side for a camera.
Values flow through; the tracker, the solver's filters, the followed light and the renderer are the
only things that remember, and one pipeline owns them all: one pipeline for one stream.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from time import perf_counter
from typing import Self

from models3d.frames import Array, Image, Intrinsics, PixelRegion
from models3d.mesh import Model
from tryon.appearance.compose import compose
from tryon.appearance.surroundings import Surroundings
from tryon.detail import LIVE, STILL, Detail, Governor
from tryon.media.lens import assumed_intrinsics
from tryon.region import group_overlapping, support_points, worn_region
from tryon.sizing.references import Reference
from tryon.sizing.true_size import at_true_size, check_worn
from tryon.solver import SetSolver, wanted_for
from tryon.tracker import Tracker, Wanted
from tryon.types import (
    Frame,
    FrameResult,
    Layer,
    Placement,
    Quality,
    Seen,
    Veil,
    Wearable,
)
from viewer.render.environment import Environment
from viewer.render.types import Lighting, Overlay, Shot
from viewer.render.worker import RenderWorker


@dataclass(frozen=True, slots=True)
class TryOnOptions:
    """How the jewels are followed and drawn."""

    smoothing: bool = True  # One Euro filters in streams; single photos have nothing to smooth
    match_light: bool = True  # tint, dim and turn the studio to the photo's light
    match_grain: bool = True  # draw as soft and noisy as the photo
    shadow_strength: float = 1.0
    detail: Detail | None = None  # None: LIVE for streams, STILL for photos
    room: Environment | None = None  # measured light of a fixed place, a kiosk; None: the studio
    governed: bool = True  # a stream is drawn with less care when frames take too long
    reference: Reference | None = None  # lies beside a hand in photos: true sizes are shown


@dataclass(frozen=True, slots=True, eq=False)
class SolvedFrame:
    """A frame, where everything sits in it, and what has to be drawn."""

    image: Image
    time_ms: float
    intrinsics: Intrinsics
    placements: tuple[Placement, ...]
    shots: tuple[Shot, ...]  # back first
    shown: tuple[Placement, ...]  # for each shot the placement whose grain it takes
    veils: tuple[tuple[Veil, ...], ...]  # for each shot what stands before it
    timings_ms: dict[str, float]  # track, solve
    quality: Quality | None = None  # how it will be drawn, where a governor decides
    seen: Seen = field(default_factory=Seen)  # what the trackers found


@dataclass(frozen=True, slots=True, eq=False)
class DrawnFrame:
    """A solved frame with its drawings, not yet laid over it."""

    solved: SolvedFrame
    overlays: tuple[Overlay, ...]
    timings_ms: dict[str, float]  # track, solve, render


class Pipeline:
    """Puts jewels on the people in one stream of frames, or in single photos; a context manager.

    Args:
        wearables: what is worn, and where.
        streaming: frames follow one another: hands are tracked, poses smoothed, drawing is quick.
            Otherwise every image stands alone and is drawn at full quality.
        options: how.
        renderer: a worker to share; without one the pipeline has its own and closes it.
        also: what to look for beside what the wearables need, for whoever reads `seen`.
    Raises:
        MissingLandmarkModel: the hand landmark model is not there.
        NoGraphics: no OpenGL can be loaded.
        NotWearable: a reference is given, and nothing is worn whose size it tells.
        ValueError: a reference is given for a stream.
    """

    def __init__(
        self,
        wearables: Sequence[Wearable],
        *,
        streaming: bool,
        options: TryOnOptions | None = None,
        renderer: RenderWorker | None = None,
        also: Set[Wanted] = frozenset(),
    ) -> None:
        self._options = options or TryOnOptions()
        if self._options.reference is not None:
            if streaming:
                raise ValueError("a reference is looked for in photos, not in streams")
            check_worn(wearables)
        self._wearables = tuple(wearables)
        self._streaming = streaming
        self._detail = self._options.detail or (LIVE if streaming else STILL)
        governed = streaming and self._options.governed and self._options.detail is None
        self._governor = Governor() if governed else None
        self.overlapped = False  # whether steps run side by side: the slowest then sets the pace
        self._support: dict[int, tuple[Model, Array]] = {}  # by identity, which the model keeps
        self._solver = SetSolver(wearables, smoothing=streaming and self._options.smoothing)
        self._surroundings = Surroundings(streaming=streaming, room=self._options.room)
        with ExitStack() as opened:  # a renderer that cannot start leaves no tracker behind
            wanted = wanted_for(wearables, streaming=streaming) | also
            tracker = Tracker(wanted, streaming=streaming)
            self._tracker = opened.enter_context(closing(tracker))
            self._renderer = renderer or opened.enter_context(closing(RenderWorker()))
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the tracker, and the renderer if it is the pipeline's own. Twice is fine."""
        self._opened.close()

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences about what is missing and done without, at the cost of precision."""
        return self._tracker.notices

    def process(
        self, image: Image, time_ms: float, intrinsics: Intrinsics | None = None
    ) -> FrameResult:
        """All steps for one frame.

        Args:
            image: (h, w, 3) RGB uint8, unmirrored; it is not written into.
            time_ms: when it was taken, on the stream's own clock.
            intrinsics: of this image; a 28 mm equivalent lens is assumed without them.
        Raises:
            TakeAgain: a reference is asked for, and this photo does not show it.
        """
        return self.compose(self.draw(self.solve(image, time_ms, intrinsics)))

    def solve(
        self, image: Image, time_ms: float, intrinsics: Intrinsics | None = None
    ) -> SolvedFrame:
        """Find the hands, where each jewel sits, the light, and what must be drawn."""
        height, width = image.shape[:2]
        camera = intrinsics or assumed_intrinsics(width, height)
        started = perf_counter()
        detail = self._governor.detail if self._governor else self._detail
        level = self._governor.level if self._governor else 0
        self._tracker.heavy_every = detail.heavy_every
        seen = self._tracker.detect(image, time_ms)
        tracked = perf_counter()
        frame = Frame(image, seen, camera, time_ms)
        layers = self._solver.solve(frame)
        if self._options.reference is not None:
            self._support.clear()  # pieces are remade for each photo
            layers = at_true_size(frame, self._options.reference, self._wearables, layers)
        shots: list[Shot] = []
        shown: list[Placement] = []
        veils: list[tuple[Veil, ...]] = []
        for layer in layers:
            for region, members in self._groups(layer, camera, width, height):
                pieces = [layer.pieces[index] for index in members]
                blur_px = self._surroundings.blur_px(pieces[0].placement)
                shots.append(
                    Shot(
                        intrinsics=camera,
                        region=region,
                        worn=tuple(worn for piece in pieces for worn in piece.worn),
                        occluders=layer.occluders,
                        bodies=layer.bodies,
                        lighting=self._surroundings.lighting(frame, layer, pieces[0].placement)
                        if self._options.match_light
                        else Lighting(),
                        shadow_strength=self._options.shadow_strength,
                        supersampling=detail.supersampling_of(
                            region, blur_px if self._options.match_grain else 0.0
                        ),
                        gem_bounces=detail.gem_bounces,
                        full_dispersion=detail.full_dispersion,
                        live=not detail.full_dispersion,
                        at_once=self._streaming,  # a mirror must not stand still
                        whole_meshes=not self._streaming,  # the same photo, the same picture
                    )
                )
                shown.append(pieces[0].placement)
                veils.append(tuple(piece.veil for piece in pieces if piece.veil is not None))
        placements = tuple(piece.placement for layer in layers for piece in layer.pieces)
        timings = {
            "track": 1e3 * (tracked - started),
            "solve": 1e3 * (perf_counter() - tracked),
        }
        return SolvedFrame(
            image,
            time_ms,
            camera,
            placements,
            tuple(shots),
            tuple(shown),
            tuple(veils),
            timings,
            Quality(level, detail) if self._governor else None,
            seen,
        )

    def draw(self, solved: SolvedFrame) -> DrawnFrame:
        """Draw every shot, on the renderer's own thread."""
        started = perf_counter()
        overlays = self._renderer.render_all(solved.shots).result()
        timings = solved.timings_ms | {"render": 1e3 * (perf_counter() - started)}
        return DrawnFrame(solved, overlays, timings)

    def compose(self, drawn: DrawnFrame) -> FrameResult:
        """Lay the drawings over the very frame that was solved."""
        started = perf_counter()
        solved = drawn.solved
        image = solved.image
        if drawn.overlays:
            seed = round(1e3 * solved.time_ms)
            grains = [
                self._surroundings.grain(solved.image, placement)
                if self._options.match_grain
                else None
                for placement in solved.shown
            ]
            image = compose(image, drawn.overlays, grains, seed, solved.veils)
        timings = drawn.timings_ms | {"composite": 1e3 * (perf_counter() - started)}
        if self._governor:
            self._governor.note(self._pace(timings))
        timings["total"] = sum(timings.values())
        return FrameResult(
            image, solved.placements, solved.intrinsics, timings, solved.quality, solved.seen
        )

    def _pace(self, timings: dict[str, float]) -> float:
        """Milliseconds from frame to frame that these steps allow."""
        steps = timings["track"] + timings["solve"], timings["render"], timings["composite"]
        return max(steps) if self.overlapped else sum(steps)

    def _groups(
        self, layer: Layer, intrinsics: Intrinsics, width: int, height: int
    ) -> tuple[tuple[PixelRegion, tuple[int, ...]], ...]:
        """The regions to draw, each with the indices of the layer's pieces in it."""
        owners: list[int] = []
        regions: list[PixelRegion | None] = []
        for index, piece in enumerate(layer.pieces):
            for worn in piece.worn:
                if worn.opacity > 0.0:
                    points = self._points(worn.model)
                    owners.append(index)
                    regions.append(worn_region(worn, points, intrinsics, width, height))
        return tuple(
            (region, tuple(sorted({owners[member] for member in members})))
            for region, members in group_overlapping(regions)
        )

    def _points(self, model: Model) -> Array:
        """A model's support points, found once."""
        found = self._support.get(id(model))
        if found is None:
            found = self._support[id(model)] = model, support_points(model)
        return found[1]
