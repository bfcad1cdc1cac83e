"""`parure size`: how large a finger or a wrist is, beside a card or a coin."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from models3d.files import write_whole
from tryon.media.photo import encode_photo, read_photo
from tryon.sizing.references import reference, references
from tryon.sizing.report import marked, size_record, size_words
from tryon.sizing.take import measure_photo
from tryon.types import Finger, Hand


@click.command()
@click.argument("photo", type=click.Path(path_type=Path))
@click.option(
    "--reference",
    "reference_word",
    default="card",
    show_default=True,
    metavar="WORD",
    help=f"What lies beside the hand: {', '.join(references())}.",
)
@click.option(
    "--finger",
    type=click.Choice([finger.value for finger in Finger]),
    default=Finger.RING.value,
    show_default=True,
)
@click.option("--wrist", is_flag=True, help="Measure the wrist, for a bracelet or a watch.")
@click.option(
    "--hand",
    type=click.Choice([*(hand.value for hand in Hand), "any"]),
    default="any",
    show_default=True,
    help="The wearer's own left or right.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The photo with what was measured."
)
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
def size(
    photo: Path,
    reference_word: str,
    finger: str,
    wrist: bool,
    hand: str,
    output: Path | None,
    as_json: bool,
) -> None:
    """Measure a finger or a wrist in PHOTO: a hand flat on a table beside a bank card or a coin.

    When the photo does not allow it, says what to change and ends with status 2.
    """
    taken = read_photo(photo)
    measured = measure_photo(
        taken,
        reference(reference_word),
        finger=None if wrist else Finger(finger),
        hand=None if hand == "any" else Hand(hand),
    )
    if output:
        write_whole(output, encode_photo(marked(taken.image, measured), output.suffix))
    text = json.dumps(size_record(measured)) if as_json else size_words(measured)
    sys.stdout.write(text + "\n")
