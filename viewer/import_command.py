"""`parure import`: a brand's own model, normalised, with a report and a picture."""

from __future__ import annotations

import json
from pathlib import Path

import click

from models3d.files import write_whole
from models3d.frames import Anchor
from models3d.gltf import read_model
from models3d.importing.guarded import import_file
from models3d.importing.importer import AXES, Wishes
from models3d.importing.placing import UNITS
from viewer.picture import png_bytes, still
from viewer.render.renderer import Renderer

PICTURE_SIZE_PX = 1200
PROCESSOR_S = 120  # for somebody's own file, on their own machine


@click.command()
@click.argument("model", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the model, the report and the picture; beside the file without it.",
)
@click.option("--unit", type=click.Choice(list(UNITS)), help="Of the file, instead of a guess.")
@click.option(
    "--up",
    type=click.Choice([sign + axis for axis in AXES for sign in ("", "-")]),
    help="The file's direction that is shown when the piece is worn.",
)
@click.option("--anchor", type=click.Choice(list(Anchor)), help="Where it is worn.")
@click.option("--no-picture", is_flag=True, help="Draw no picture.")
def import_model(
    model: Path,
    output: Path | None,
    unit: str | None,
    up: str | None,
    anchor: str | None,
    no_picture: bool,
) -> None:
    """Read MODEL (.glb or .gltf), find its unit, axis and parts, and write it normalised."""
    wishes = Wishes(unit, up, None if anchor is None else Anchor(anchor))
    imported = import_file(model, wishes, PROCESSOR_S)
    folder = output if output is not None else model.with_name(f"{model.stem}-parure")
    folder.mkdir(parents=True, exist_ok=True)
    glb = folder / f"{model.stem}.glb"
    write_whole(glb, imported.glb)
    report = json.dumps(imported.report, indent=2, ensure_ascii=False) + "\n"
    write_whole(folder / f"{model.stem}.json", report.encode())
    if not no_picture:
        with Renderer() as renderer:
            picture = still(renderer, read_model(glb), PICTURE_SIZE_PX, PICTURE_SIZE_PX)
        write_whole(folder / f"{model.stem}.png", png_bytes(picture))
    for sentence in imported.report["assumed"]:
        click.echo(sentence)
    for guess in imported.report["slots"]:
        click.echo(f"{guess['part']}: {guess['slot'] or 'other'}, since {guess['because']}")
    click.echo(f"Written to {folder}.")
