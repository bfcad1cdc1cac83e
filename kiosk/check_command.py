"""`parure kiosk-check`: what the camera's pictures say of how it was set up."""

from __future__ import annotations

import sys
from contextlib import suppress
from time import monotonic

import click
import cv2

from kiosk.browser import browser_program
from kiosk.calibration import Finding, field_finding, field_of_view_deg, findings
from kiosk.cameras import SourceMaker, source_of
from kiosk.deciding import kept, machine, sentences
from kiosk.errors import CannotStart
from kiosk.measuring import place
from models3d.frames import Image
from viewer.bake import edition
from viewer.language import ENGLISH, LANGUAGES, later, speaking
from viewer.refusals import translated

GOOD, POOR = later("good"), later("poor")
WARM_UP, LOOKED_AT = 30, 60  # frames: automatic exposure settles, then they are measured


@click.command()
@click.option("--camera", default="0", show_default=True, help="Its number, or a video file.")
@click.option(
    "--turned",
    default="0",
    type=click.Choice(["0", "90", "180", "270"]),
    help="Degrees clockwise that the camera was turned when it was mounted.",
)
@click.option(
    "--card-px", type=click.FloatRange(min=1.0), help="Width of a bank card in the picture."
)
@click.option(
    "--distance", type=click.FloatRange(min=0.05), help="Metres from the lens to that card."
)
@click.option(
    "--picture", type=click.Path(dir_okay=False), help="Write the last frame there, as PNG."
)
@click.option(
    "--language", type=click.Choice(sorted(LANGUAGES)), default=ENGLISH, show_default=True
)
def kiosk_check(
    camera: str,
    turned: str,
    card_px: float | None,
    distance: float | None,
    picture: str | None,
    language: str,
) -> None:
    """Check the camera of a mirror: hold a grey card where hands are shown, and do not move."""
    if (card_px is None) != (distance is None):
        raise CannotStart("The field of view takes both: --card-px and --distance.")
    images, rate = _looked_at(source_of(camera, int(turned)))
    found = findings(images, rate)
    if card_px is not None and distance is not None:
        longer = max(images[-1].shape[:2])
        found.append(field_finding(field_of_view_deg(card_px, longer, distance)))
    with speaking(language):
        for each in found:
            _say(each)
        for sentence in _where():
            click.echo(translated(sentence))
    if picture is not None and not cv2.imwrite(
        picture, cv2.cvtColor(images[-1], cv2.COLOR_RGB2BGR)
    ):
        raise CannotStart(f"{picture} cannot be written: name a .png file in a folder of yours.")
    if not all(each.good for each in found):
        sys.exit(1)


def _looked_at(source: SourceMaker) -> tuple[list[Image], float]:
    """Frames in a row, and how many the camera gives a second.

    Raises:
        TryOnError: it gives none.
    """
    images: list[Image] = []
    begun = 0.0
    for number, frame in enumerate(source().frames()):
        if number == WARM_UP:
            begun = monotonic()
        elif number > WARM_UP:
            images = [*images[1 - LOOKED_AT :], frame.image]
        if len(images) == LOOKED_AT:
            break
    if len(images) < LOOKED_AT:
        raise CannotStart("The camera gave too few frames: see to its cable, then check again.")
    return images, len(images) / (monotonic() - begun)


def _say(finding: Finding) -> None:
    mark = translated(GOOD if finding.good else POOR)
    click.echo(f"{mark}  {translated(finding.name)}: {finding.value}")
    if finding.advice:
        click.echo(f"      {translated(finding.advice)}")


def _where() -> list[str]:
    """Where frames are worked on, as far as it was measured here."""
    kept_at = place()
    if kept_at is None or not kept_at.is_file():
        return []
    with suppress(CannotStart):  # no browser: nothing was measured with it
        found = kept(kept_at, machine(browser_program(), edition()))
        return [] if found is None else sentences(found)
    return []
