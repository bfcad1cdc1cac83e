"""`parure build`: one configuration as a model, a workshop file, a picture or a film."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from models3d.files import write_whole
from viewer.configuration import configure, parse_settings
from viewer.errors import ViewerError
from viewer.exports import KINDS, NOT_WRITTEN, FileKind, OwnStudio

SUFFIXES = tuple(f".{name}" for name in KINDS if "." not in name)
LISTED = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"


class NotAFile(ViewerError):
    """The file cannot be written there or under that name."""


@click.command()
@click.argument("product")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="An option, e.g. carat=1.5."
)
@click.option(
    "--profile",
    type=click.Choice(["web", "ar"]),
    default="web",
    show_default=True,
    help="Of a .glb: packed for pages, or plain for phones.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"A file that ends in {LISTED}.",
)
def build(product: str, settings: tuple[str, ...], profile: str, output: Path) -> None:
    """Build PRODUCT and write it as a model, a workshop file, a picture or a film."""
    kind = _kind(output, profile)
    if not output.parent.is_dir():
        raise NotAFile(f"There is no folder '{output.parent}': make it first.")
    configuration = configure(product, parse_settings(settings))
    with OwnStudio(_show_progress) as studio:
        data = kind.write(configuration, studio)
    write_whole(output, data)


def _kind(output: Path, profile: str) -> FileKind:
    """The kind of file that this name and profile ask for.

    Raises:
        NotAFile: there is none.
    """
    suffix = output.suffix.lower()
    if suffix[1:] in NOT_WRITTEN:
        raise NotAFile(NOT_WRITTEN[suffix[1:]])
    if suffix not in SUFFIXES:
        raise NotAFile(f"Parure cannot write '{output.name}': choose a name that ends in {LISTED}.")
    if profile == "ar" and suffix != ".glb":
        raise NotAFile(f"'{output.name}' has no profiles; --profile ar is for .glb.")
    return KINDS["ar.glb" if profile == "ar" else suffix[1:]]


def _show_progress(done: int, total: int) -> None:
    """One line that grows, where somebody sees it."""
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {total}", err=True, nl=done == total)
