"""`parure tryon`: decodes the command line, runs each source, reports what went wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from models3d.files import NotWritable
from models3d.frames import Intrinsics
from tryon.detail import FILM
from tryon.errors import NoCamera, TakeAgain, TryOnError, UnusablePhoto, UnusableVideo
from tryon.media.camera import has_screen
from tryon.media.sources import Kind, Source, find_sources
from tryon.pipeline import Pipeline, TryOnOptions
from tryon.report import RecordFile
from tryon.sizing.references import Reference, reference, references
from tryon.types import Ear, Finger, Hand, Wearable
from tryon.wear import intrinsics_of, wear_camera, wear_photo, wear_video
from tryon.wearables import Place, wearables_of
from viewer.render.measured import load_hdri
from viewer.render.worker import RenderWorker

FAILED = 2  # exit status of bad input, the whole of it or one file among many
# each spoils one source, not the others
UNUSABLE = (UnusablePhoto, UnusableVideo, TakeAgain, NoCamera, NotWritable)

tqdm.monitor_interval = 0  # no thread that outlives the bars


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--product",
    "products",
    multiple=True,
    required=True,
    metavar="ID[@PLACE]",
    help="What is worn, as often as there are pieces; @index, @left.ring, @right say where.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="[ID:]KEY=VALUE",
    help="An option, e.g. carat=1.5, or of one piece among several, halo:carat=1.5.",
)
@click.option(
    "--finger",
    type=click.Choice([finger.value for finger in Finger]),
    default=Finger.RING.value,
    show_default=True,
)
@click.option(
    "--hand",
    type=click.Choice([*(hand.value for hand in Hand), "any"]),
    default="any",
    show_default=True,
    help="The wearer's own left or right hand or wrist.",
)
@click.option(
    "--ear",
    type=click.Choice([*(ear.value for ear in Ear), "both"]),
    default="both",
    show_default=True,
    help="The wearer's own left or right ear.",
)
@click.option(
    "--intrinsics",
    "intrinsics_file",
    type=click.Path(path_type=Path),
    metavar="FILE.json",
    help="Calibrated cameras: file name to {fx, fy, cx, cy} in pixels of the upright picture.",
)
@click.option(
    "--light",
    "light_file",
    type=click.Path(path_type=Path),
    metavar="FILE.hdr",
    help="The light of the room as it was measured, a panorama; otherwise it is read off the skin.",
)
@click.option(
    "--reference",
    "reference_word",
    metavar="WORD",
    help="What lies beside a hand flat on a table: rings and pieces at the wrist are shown at "
    f"their true size, with how they fit. Pictures only: {', '.join(references())}.",
)
@click.option("--no-smoothing", is_flag=True, help="Do not steady the jewel in videos.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A file for one source, a folder for several.",
)
@click.option(
    "--json",
    "records_file",
    type=click.Path(path_type=Path),
    metavar="FILE.jsonl",
    help="Where each jewel sits, one object a frame; - is standard output.",
)
def tryon(
    sources: tuple[str, ...],
    products: tuple[str, ...],
    settings: tuple[str, ...],
    finger: str,
    hand: str,
    ear: str,
    intrinsics_file: Path | None,
    light_file: Path | None,
    reference_word: str | None,
    no_smoothing: bool,
    output: Path | None,
    records_file: Path | None,
) -> None:
    """Put jewels on the people in each SOURCE: pictures, a folder, a video or a camera index.

    A source that cannot be used is reported in one sentence, the others go on, and the exit status
    is 2 at the end. A picture with nobody in it is no error: it comes out as it went in.
    """
    known = read_intrinsics(intrinsics_file) if intrinsics_file else {}
    found = find_sources(sources, output)
    if output is None and records_file is None and found[0].kind is not Kind.CAMERA:
        raise TryOnError("Say where the result goes: -o for pictures, --json for placements.")
    usual = Place(
        Finger(finger),
        None if hand == "any" else Hand(hand),
        None if ear == "both" else Ear(ear),
    )
    worn = wearables_of(products, settings, usual)
    beside = _beside(reference_word, found)
    with ExitStack() as opened:
        records = opened.enter_context(RecordFile(records_file)) if records_file else None
        report = records.write if records else _unreported
        room = load_hdri(light_file) if light_file else None
        options = TryOnOptions(smoothing=not no_smoothing, room=room, reference=beside)
        failures = wear_all(found, worn, options, known, _telling(report) if beside else report)
    if failures:
        sys.exit(FAILED)


def wear_all(
    sources: tuple[Source, ...],
    wearables: tuple[Wearable, ...],
    options: TryOnOptions,
    known: Mapping[str, Intrinsics],
    report: Callable[[dict[str, Any]], None],
) -> int:
    """Run every source with one renderer.

    Returns:
        How many could not be used; each was reported on standard error.
    """
    failures = 0
    with ExitStack() as opened:
        renderer = opened.enter_context(RenderWorker())
        photos: Pipeline | None = None
        several = len(sources) > 1
        bar = opened.enter_context(
            tqdm(total=len(sources), unit="file", disable=None if several else True, leave=False)
        )
        for source in sources:
            try:
                if source.kind is Kind.PHOTO:
                    if photos is None:
                        photos = Pipeline(
                            wearables, streaming=False, options=options, renderer=renderer
                        )
                        opened.enter_context(photos)
                        _note(photos)
                    wear_photo(source, photos, report, intrinsics_of(source, known))
                else:
                    _wear_stream(source, wearables, options, renderer, known, report)
            except UNUSABLE as error:
                failures += 1
                tqdm.write(f"Error: {source.label}: {error}", file=sys.stderr)
            bar.update()
    return failures


def _wear_stream(
    source: Source,
    wearables: tuple[Wearable, ...],
    options: TryOnOptions,
    renderer: RenderWorker,
    known: Mapping[str, Intrinsics],
    report: Callable[[dict[str, Any]], None],
) -> None:
    """A video or a camera: each has its own tracker and filters."""
    intrinsics = intrinsics_of(source, known)
    if source.kind is Kind.CAMERA:
        with Pipeline(wearables, streaming=True, options=options, renderer=renderer) as pipeline:
            _note(pipeline)
            # on a machine without a screen the results can still go to files
            window = has_screen() or (source.output is None and report is _unreported)
            wear_camera(source, pipeline, report, window=window, intrinsics=intrinsics)
        return
    options = replace(options, detail=FILM)
    with ExitStack() as opened:
        pipeline = opened.enter_context(
            Pipeline(wearables, streaming=True, options=options, renderer=renderer)
        )
        _note(pipeline)

        def progress(frames: int | None) -> Callable[[], object]:
            bar = tqdm(total=frames, unit="frame", desc=source.label, disable=None, leave=False)
            return opened.enter_context(bar).update

        wear_video(source, pipeline, report, progress, intrinsics)


def _note(pipeline: Pipeline) -> None:
    """Say what is done without, on standard error."""
    for notice in pipeline.notices:
        tqdm.write(f"Note: {notice}", file=sys.stderr)


def _beside(word: str | None, sources: tuple[Source, ...]) -> Reference | None:
    """What lies beside the hand.

    Raises:
        TryOnError: there is no such reference, or a source is no picture.
    """
    if word is None:
        return None
    for source in sources:
        if source.kind is not Kind.PHOTO:
            raise TryOnError(
                f"{source.label}: a card or a coin is looked for in pictures only; leave "
                "--reference out."
            )
    return reference(word)


def _telling(report: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """Say how each piece fits on standard error, and report."""

    def told(record: dict[str, Any]) -> None:
        for placement in record["placements"]:
            if placement["fit"]:
                said = f"{record['source']}: {placement['product']}: {placement['fit']['sentence']}"
                tqdm.write(said, file=sys.stderr)
        report(record)

    return told


def read_intrinsics(path: Path) -> dict[str, Intrinsics]:
    """File name to calibrated camera, from `{"photo.jpg": {"fx":…, "fy":…, "cx":…, "cy":…}}`.

    Raises:
        TryOnError: the file is missing or says something else.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TryOnError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise TryOnError(f"{path} is not a JSON file.") from error
    if not isinstance(document, dict):
        raise TryOnError(f"{path} must map file names to {{fx, fy, cx, cy}}.")
    return {name: _intrinsics(path, name, values) for name, values in document.items()}


def _intrinsics(path: Path, name: str, values: object) -> Intrinsics:
    keys = ("fx", "fy", "cx", "cy")
    numbers = [values.get(key) for key in keys] if isinstance(values, dict) else []
    good = [float(n) for n in numbers if isinstance(n, int | float) and not isinstance(n, bool)]
    if len(good) != len(keys) or min(good[:2]) <= 0.0:
        raise TryOnError(f'{path}: "{name}" needs fx, fy, cx and cy in pixels, fx and fy above 0.')
    return Intrinsics(*good)


def _unreported(_: dict[str, Any]) -> None:
    """Without --json nobody asks for the records."""
