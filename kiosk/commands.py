"""What pages and tablets may ask of the mirror: JSON objects whose `do` names the command."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from models3d.frames import Array
from tryon.types import Ear, FaceLandmarks, Finger, Hand, HandLandmarks

Coordinate = Annotated[float, Field(ge=-1e5, le=1e5)]
LONGEST_PX = 8192


class _Command(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int | None = Field(None, description="Comes back with the answer.")


class Wear(_Command):
    """Put a piece on, in place of everything or beside it."""

    do: Literal["wear"]
    product: str
    options: dict[str, str | float | int] = {}
    finger: Finger = Finger.RING
    hand: Hand | None = None
    ear: Ear | None = None
    also: bool = False


class SetOption(_Command):
    """Change an option of the active piece."""

    do: Literal["option"]
    option: str
    value: str | float | int


class Move(_Command):
    """Wear the active piece elsewhere; what is left out stays."""

    do: Literal["move"]
    finger: Finger | None = None
    hand: Hand | Literal["any"] | None = None
    ear: Ear | Literal["both"] | None = None


class Select(_Command):
    """Change this piece from now on."""

    do: Literal["select"]
    piece: int


class TakeOff(_Command):
    """Take a piece off, or all without a number."""

    do: Literal["take_off"]
    piece: int | None = None


class Step(_Command):
    """The next or the previous piece of the tray."""

    do: Literal["next", "previous"]


class Undo(_Command):
    """Back to what was on before."""

    do: Literal["undo"]


class Touch(_Command):
    """Somebody is touching the screen: they are there, whatever the camera sees."""

    do: Literal["touch"]


class Capture(_Command):
    """Let the mirror's page count down and take a picture."""

    do: Literal["capture"]


class Still(_Command):
    """The next frame as a careful JPEG, to the page that asks, as a binary message."""

    do: Literal["still"]


class PutAway(_Command):
    """The picture that was taken is looked at no longer."""

    do: Literal["put_away"]


class Alive(_Command):
    """The mirror's own page runs, whatever the camera does."""

    do: Literal["alive"]


class KeepDesign(_Command):
    """What is on under a short code, with a QR code that opens it on the client's phone."""

    do: Literal["design"]


class End(_Command):
    """The client is done: forget everything now."""

    do: Literal["end"]


class Shown(_Command):
    """The page has drawn this frame: the next may come."""

    do: Literal["shown"]
    frame: int


class Eye(_Command):
    """The page's browser has a camera and can work on its frames: may it be the mirror's?"""

    do: Literal["eye"]


class CameraTold(_Command):
    """Why the page's camera gives no picture; None: it gives one."""

    do: Literal["camera"]
    problem: (
        Literal["denied", "no-camera", "in-use", "insecure", "unsupported", "unplugged", "broken"]
        | None
    )


class Recovered(_Command):
    """A part of what works on frames in the page stopped, and was started anew."""

    do: Literal["recovered"]
    part: Literal["camera", "stream", "renderer"]
    why: Literal["unplugged", "silent", "stalled", "broken"]


class Unshown(_Command):
    """The page cannot show a piece: what it is drawn by does not come, or breaks it."""

    do: Literal["unshown"]
    hash: str = Field(pattern="^[0-9a-f]{64}$")


class WatchedHand(BaseModel):
    """A hand's landmarks, as `tryon.types.HandLandmarks` has them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hand: Hand
    score: float = Field(ge=0.0, le=1.0)
    points: list[Coordinate] = Field(min_length=42, max_length=42)
    world: list[Coordinate] = Field(min_length=63, max_length=63)

    def landmarks(self) -> HandLandmarks:
        """As the mirror's own trackers give them."""
        points: Array = np.array(self.points).reshape(21, 2)
        return HandLandmarks(points, np.array(self.world).reshape(21, 3), self.hand, self.score)


class WatchedFace(BaseModel):
    """A face's landmarks in the image."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    points: list[Coordinate] = Field(min_length=956, max_length=956)

    def landmarks(self) -> FaceLandmarks:
        """As the mirror's own trackers give them; how deep its points lie is not told."""
        return FaceLandmarks(np.array(self.points).reshape(478, 2), np.zeros(478), 1.0)


class Watched(_Command):
    """What the page has found in a frame that it has drawn: landmarks, never a picture."""

    do: Literal["watched"]
    width: int = Field(ge=1, le=LONGEST_PX)
    height: int = Field(ge=1, le=LONGEST_PX)
    delay_ms: float = Field(ge=0.0, le=60_000.0, description="From the camera to the screen.")
    camera_rate: float | None = Field(None, ge=0.0, le=1000.0)
    hands: list[WatchedHand] | None = Field(None, max_length=8)
    faces: list[WatchedFace] | None = Field(None, max_length=8)


Command = Annotated[
    Wear
    | SetOption
    | Move
    | Select
    | TakeOff
    | Step
    | Undo
    | Touch
    | Capture
    | Still
    | PutAway
    | Alive
    | KeepDesign
    | End
    | Shown
    | Eye
    | CameraTold
    | Recovered
    | Unshown
    | Watched,
    Field(discriminator="do"),
]
_COMMANDS: TypeAdapter[Command] = TypeAdapter(Command)


def command_of(text: str) -> Command:
    """A command from its JSON.

    Raises:
        pydantic.ValidationError: it is none.
    """
    return _COMMANDS.validate_json(text)
