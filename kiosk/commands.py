"""What pages and tablets may ask of the mirror: JSON objects whose `do` names the command."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from tryon.types import Ear, Finger, Hand


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
    | Shown,
    Field(discriminator="do"),
]
_COMMANDS: TypeAdapter[Command] = TypeAdapter(Command)


def command_of(text: str) -> Command:
    """A command from its JSON.

    Raises:
        pydantic.ValidationError: it is none.
    """
    return _COMMANDS.validate_json(text)
