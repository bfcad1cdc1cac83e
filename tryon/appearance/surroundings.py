"""What a jewel takes on of the picture about it: its light and its grain, followed in a stream."""

from __future__ import annotations

from dataclasses import dataclass

from models3d.frames import Anchor, Image, PixelRegion
from tryon.appearance.grain import Grain, measure_grain
from tryon.appearance.light import (
    Light,
    Shade,
    light_at,
    read_about,
    read_light,
    read_shade,
    smooth_light,
)
from tryon.types import (
    Ear,
    FaceLandmarks,
    Frame,
    Hand,
    HandLandmarks,
    Layer,
    Placement,
)
from viewer.render.environment import Environment
from viewer.render.types import Lighting

LIGHT_EVERY = 6  # frames of a stream: light changes slowly
LIGHT_REACH = 0.8  # jewel widths about the jewel in which skin tells the light there
GRAIN_EVERY = 20
LEAST_GRAIN_REACH_PX = 40.0
GRAIN_REACH = 2.5  # jewel widths about the jewel in which the photo's grain is measured


@dataclass(slots=True)
class _Followed:
    """What a stream remembers of the surroundings of one hand, ear or neck.

    The light belongs to the thread that solves, the grain to the one that composes.
    """

    light: Light | None = None
    shade: Shade | None = None  # the first half of a reading, made on the frame before
    light_time_ms: float = 0.0
    frames_to_light: int = 0
    grain: Grain | None = None
    frames_to_grain: int = 0


class Surroundings:
    """Reads light and grain for each jewel of one stream, or of single photos.

    Args:
        streaming: frames follow one another: what is read is followed slowly.
        room: measured light of a fixed place; None: the studio, turned and tinted.
    """

    def __init__(self, *, streaming: bool, room: Environment | None) -> None:
        self._streaming = streaming
        self._room = room
        self._followed: dict[tuple[Anchor, Hand | None, Ear | None], _Followed] = {}

    def lighting(self, frame: Frame, layer: Layer, placement: Placement) -> Lighting:
        """The light for one jewel: as it is read, or as it was measured, seen by this camera."""
        if layer.seen_on is None:
            return Lighting(environment=self._room)
        read = self._light(frame, layer.seen_on, placement).lighting()
        if self._room is None:
            return read
        # lamps stand where they were measured; how the camera renders them is still read
        return Lighting(
            tint=read.tint, exposure=read.exposure, skin=read.skin, environment=self._room
        )

    def grain(self, image: Image, placement: Placement) -> Grain:
        """How soft and noisy the picture is about one jewel."""
        if not self._streaming:
            return measure_grain(image, _about(placement), still=True)
        followed = self._following(placement)
        followed.frames_to_grain -= 1
        if followed.grain is None or followed.frames_to_grain <= 0:
            followed.grain = measure_grain(image, _about(placement))
            followed.frames_to_grain = GRAIN_EVERY
        return followed.grain

    def blur_px(self, placement: Placement) -> float:
        """How soft a stream was when last looked at about one jewel; 0 where nobody looked yet."""
        grain = self._following(placement).grain
        return grain.blur_px if grain is not None else 0.0

    def _light(
        self, frame: Frame, seen_on: HandLandmarks | FaceLandmarks, placement: Placement
    ) -> Light:
        if not self._streaming:
            return _near(read_light(frame.image, seen_on), frame, placement)
        followed = self._following(placement)
        followed.frames_to_light -= 1
        if followed.light is not None and followed.frames_to_light == 1:
            followed.shade = read_shade(frame.image, seen_on)
        elif followed.light is None or followed.frames_to_light <= 0:
            shade = followed.shade or read_shade(frame.image, seen_on)
            followed.shade = None
            read = _near(read_about(shade, frame.image, seen_on), frame, placement)
            seconds = (frame.time_ms - followed.light_time_ms) / 1e3
            # the second look comes earlier for each place: not all fall into one frame
            early = 0 if followed.light else 2 * len(self._followed) % LIGHT_EVERY
            followed.light = smooth_light(followed.light, read, seconds)
            followed.light_time_ms, followed.frames_to_light = frame.time_ms, LIGHT_EVERY - early
        return followed.light

    def _following(self, placement: Placement) -> _Followed:
        place = placement.anchor, placement.hand, placement.ear
        return self._followed.setdefault(place, _Followed())


def _near(light: Light, frame: Frame, placement: Placement) -> Light:
    """The light of a body at one jewel."""
    return light_at(light, frame.image, placement.center_px, LIGHT_REACH * placement.width_px)


def _about(placement: Placement) -> PixelRegion:
    x, y = placement.center_px
    reach = max(GRAIN_REACH * placement.width_px, LEAST_GRAIN_REACH_PX)
    return PixelRegion(round(x - reach), round(y - reach), round(2 * reach), round(2 * reach))
