"""What is asked to be worn, in words, to what a pipeline takes: `PRODUCT[@PLACE]` and settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models3d.frames import Anchor
from models3d.sizes import parse_ring_size, size_systems
from tryon.anchors.finger import WIDTH_SHARE
from tryon.errors import NotWearable
from tryon.types import Ear, Finger, Hand, Wearable
from viewer.catalogue import product
from viewer.configuration import Configuration, RawValue, build_model, configure, parse_settings
from viewer.errors import InvalidOption

_FINGERS, _HANDS, _EARS = (frozenset(str(each) for each in kind) for kind in (Finger, Hand, Ear))
MOST_PIECES = 24  # worn at once: two for every finger, wrists, ears and neck


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the body; what does not matter to a piece is passed over."""

    finger: Finger = Finger.RING
    hand: Hand | None = None  # None: any hand
    ear: Ear | None = None  # None: both


def parse_place(text: str, usual: Place, anchor: Anchor) -> Place:
    """A place from `[left.|right.]FINGER`, `left` or `right`.

    Args:
        usual: what holds where the text does not say.
        anchor: what the piece is worn at.
    Raises:
        NotWearable: there is no such place.
    """
    finger, hand, ear = usual.finger, usual.hand, usual.ear
    for word in text.split("."):
        if word in _FINGERS and anchor is Anchor.FINGER:
            finger = Finger(word)
        elif word in _EARS and anchor is Anchor.EAR:
            ear = Ear(word)
        elif word in _HANDS and anchor in (Anchor.FINGER, Anchor.WRIST):
            hand = Hand(word)
        else:
            raise NotWearable(
                f'"{text}" is no place for a piece worn at the {anchor}: write {PLACES[anchor]}.'
            )
    return Place(finger, hand, ear)


PLACES: Mapping[Anchor, str] = {
    Anchor.FINGER: "a finger and a hand, as @index or @left.ring",
    Anchor.WRIST: "@left or @right",
    Anchor.EAR: "@left or @right",
    Anchor.NECK: "no place after it: a necklace has only one",
}


def wearables_of(
    products: Sequence[str], settings: Iterable[str], usual: Place
) -> tuple[Wearable, ...]:
    """The pieces that a command line names.

    Args:
        products: `PRODUCT` or `PRODUCT@PLACE`, in the order they are put on.
        settings: `KEY=VALUE` for every piece that has this option, `PRODUCT:KEY=VALUE` for one.
        usual: where pieces without a place are worn.
    Raises:
        UnknownProduct, InvalidOption: there is no such piece, or no piece has such an option.
        NotWearable: no such place, or too many pieces.
    """
    named = [word.partition("@") for word in products]
    raw = _shared_out(parse_settings(settings), [name for name, _, _ in named])
    worn = []
    for name, _, text in named:
        place = parse_place(text, usual, product(name).anchor) if text else usual
        worn.append(wearable(name, raw[name], place))
    return checked(worn)


def wearable(product_id: str, options: Mapping[str, RawValue], place: Place) -> Wearable:
    """One piece, built; a ring whose size nobody chose, for the finger that wears it.

    Raises:
        UnknownProduct, InvalidOption: there is no such piece.
    """
    configuration = configure(product_id, options)
    model = build_model(for_finger(configuration, place.finger))
    return Wearable(product_id, model, place.finger, place.hand, place.ear, configuration)


def for_finger(asked: Configuration, finger: Finger) -> Configuration:
    """The same ring in the usual size of this finger, where it has the usual one of ring fingers.

    A ring fills whatever finger it is drawn on: one made for a ring finger would be a quarter too
    thick on a thumb, and its stone as much too large.
    """
    size = asked.options.get("size")
    option = product(asked.product).option("size") if size is not None else None
    if finger is Finger.RING or option is None or size != option.default:
        return asked
    usual = parse_ring_size(str(size))
    wanted_mm = usual.inner_diameter_mm * WIDTH_SHARE[finger] / WIDTH_SHARE[Finger.RING]
    system = size_systems()[usual.system]
    wanted = system.text(system.nearest(wanted_mm))
    try:
        return configure(asked.product, {**asked.options, "size": wanted})
    except InvalidOption:  # not made so large or so small: worn as it is
        return asked


def checked(worn: Sequence[Wearable]) -> tuple[Wearable, ...]:
    """A set that can be worn.

    Raises:
        NotWearable: nothing, or more than can be.
    """
    if not 1 <= len(worn) <= MOST_PIECES:
        raise NotWearable(f"{len(worn)} pieces cannot be worn at once: wear 1 to {MOST_PIECES}.")
    return tuple(worn)


def _shared_out(
    settings: Mapping[str, str], names: Sequence[str]
) -> dict[str, dict[str, RawValue]]:
    """Each product's own settings."""
    shared: dict[str, dict[str, RawValue]] = {name: {} for name in names}
    for key in sorted(settings, key=lambda key: ":" in key):  # a piece's own words come last
        owner, colon, option_id = key.rpartition(":")
        if colon and owner not in shared:
            raise InvalidOption(f'"{key}" sets an option of "{owner}", which is not worn.')
        if colon or len(shared) == 1:
            having = [owner or names[0]]
        else:
            having = [name for name in shared if option_id in _option_ids(name)]
        if not having:
            raise InvalidOption(f'No piece that is worn has an option "{option_id}".')
        for name in having:
            shared[name][option_id] = settings[key]
    return shared


def _option_ids(name: str) -> set[str]:
    return {option.id for option in product(name).options}
