"""What the product page says and asks about trying on, for each place on the body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models3d.frames import Anchor
from tryon.types import Finger
from viewer.language import later


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
    mirrored: str  # what the mirror's picture shows
    worn: str  # what the photo shows afterwards
    placing: str
    choices: tuple[Choice, ...]
    not_in_photo: str
    not_in_mirror: str
    references: tuple[tuple[str, str], ...] = ()  # what may lie beside a hand in a photo


_SIDES = (("left", later("Left")), ("right", later("Right")))
_EITHER = ("any", later("Either"))
_FINGERS = (
    (Finger.THUMB.value, later("Thumb")),
    (Finger.INDEX.value, later("Index")),
    (Finger.MIDDLE.value, later("Middle")),
    (Finger.RING.value, later("Ring finger")),
    (Finger.LITTLE.value, later("Little")),
)
_REFERENCES = (
    ("", later("Nothing")),
    ("card", later("A bank card")),
    ("coin:EUR2", later("A 2 euro coin")),
    ("coin:EUR1", later("A 1 euro coin")),
    ("coin:EUR050", later("A 50 cent coin")),
    ("coin:USD025", later("A US quarter")),
)
_FINGER = Choice("finger", later("Finger"), _FINGERS, "ring")
_HAND = Choice("hand", later("Hand"), (_EITHER, *_SIDES), "any")
_WRIST = Choice("hand", later("Wrist"), (_EITHER, *_SIDES), "any")
_EAR = Choice("ear", later("Ear"), (("both", later("Both")), *_SIDES), "both")

# Messages: the page shows them in its language.
WEARING: Mapping[Anchor, Wearing] = MappingProxyType(
    {
        Anchor.FINGER: Wearing(
            later("On your hand"),
            later("You, with the ring worn, as in a mirror"),
            later("Your photo with the ring worn"),
            later("Placing the ring…"),
            (_FINGER, _HAND),
            later(
                "No hand was found in this photo. Show the whole hand, fingers a little apart, "
                "in good light."
            ),
            later("Hold one hand before the camera, fingers a little apart."),
            _REFERENCES,
        ),
        Anchor.WRIST: Wearing(
            later("On your wrist"),
            later("You, with the piece worn, as in a mirror"),
            later("Your photo with the piece worn"),
            later("Placing the piece…"),
            (_WRIST,),
            later(
                "No wrist was found in this photo. Show the whole hand and the wrist, the sleeve "
                "pushed back."
            ),
            later("Hold one hand and its wrist before the camera, the sleeve pushed back."),
            _REFERENCES,
        ),
        Anchor.EAR: Wearing(
            later("On your ears"),
            later("You, with the earrings worn, as in a mirror"),
            later("Your photo with the earrings worn"),
            later("Placing the earrings…"),
            (_EAR,),
            later("No ear was seen in this photo. Turn the head a little and brush the hair back."),
            later("Turn your head a little and brush your hair back."),
        ),
        Anchor.NECK: Wearing(
            later("At your neck"),
            later("You, with the necklace worn, as in a mirror"),
            later("Your photo with the necklace worn"),
            later("Placing the necklace…"),
            (),
            later("No neck was seen in this photo. Show face and shoulders, the collar open."),
            later("Sit so that face and shoulders are seen, the collar open."),
        ),
    }
)
