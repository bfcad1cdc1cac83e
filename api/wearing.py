"""What the product page says and asks about trying on, for each place on the body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models3d.frames import Anchor
from tryon.types import Finger


@dataclass(frozen=True, slots=True)
class Choice:
    """One question about where a piece is worn."""

    field: str  # of the request
    name: str
    values: tuple[tuple[str, str], ...]  # value and words
    usual: str


@dataclass(frozen=True, slots=True)
class Wearing:
    """The try-on part of a page."""

    title: str
    piece: str  # what is worn, in the middle of a sentence
    choices: tuple[Choice, ...]
    not_in_photo: str
    not_in_mirror: str


_SIDES = (("left", "Left"), ("right", "Right"))
_FINGER = Choice("finger", "Finger", tuple((f.value, f.value.capitalize()) for f in Finger), "ring")
_HAND = Choice("hand", "Hand", (("any", "Either"), *_SIDES), "any")
_WRIST = Choice("hand", "Wrist", (("any", "Either"), *_SIDES), "any")
_EAR = Choice("ear", "Ear", (("both", "Both"), *_SIDES), "both")
_WRIST_IN_PHOTO = (
    "No wrist was found in this photo. Show the whole hand and the wrist, the sleeve pushed back."
)
_WRIST_IN_MIRROR = "Hold one hand and its wrist before the camera, the sleeve pushed back."

WEARING: Mapping[Anchor, Wearing] = MappingProxyType(
    {
        Anchor.FINGER: Wearing(
            "On your hand",
            "ring",
            (_FINGER, _HAND),
            "No hand was found in this photo. Show the whole hand, fingers a little apart, "
            "in good light.",
            "Hold one hand before the camera, fingers a little apart.",
        ),
        Anchor.WRIST: Wearing(
            "On your wrist", "piece", (_WRIST,), _WRIST_IN_PHOTO, _WRIST_IN_MIRROR
        ),
        Anchor.EAR: Wearing(
            "On your ears",
            "earrings",
            (_EAR,),
            "No ear was seen in this photo. Turn the head a little and brush the hair back.",
            "Turn your head a little and brush your hair back.",
        ),
        Anchor.NECK: Wearing(
            "At your neck",
            "necklace",
            (),
            "No neck was seen in this photo. Show face and shoulders, the collar open.",
            "Sit so that face and shoulders are seen, the collar open.",
        ),
    }
)
