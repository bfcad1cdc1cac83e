"""The `parure` command: thin; every subcommand decodes, calls and writes.

Subcommands import what they need when they run, so that `parure products` does not wait for the
landmark library or the GPU.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from models3d.errors import ParureError
from models3d.files import write_whole

STILL_SIZE_PX = 1600


class Refusal(click.ClickException):
    """One sentence on standard error, exit status 2."""

    exit_code = 2


class ParureGroup(click.Group):
    """Turns our own errors into one sentence; loads `tryon` only when it is called."""

    def invoke(self, context: click.Context) -> Any:
        """Run a subcommand."""
        try:
            return super().invoke(context)
        except ParureError as error:
            raise Refusal(str(error)) from error

    def list_commands(self, context: click.Context) -> list[str]:
        """Every subcommand by name."""
        return sorted([*super().list_commands(context), "tryon"])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The subcommand of this name."""
        if name == "tryon":
            from tryon.command import tryon

            return tryon
        return super().get_command(context, name)


@click.group(cls=ParureGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Model jewels, show them and put them on people in photos, videos and live frames."""


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Write the whole catalogue as JSON.")
def products(as_json: bool) -> None:
    """List the products and their options."""
    from viewer.catalogue import PRODUCTS, catalogue_json

    if as_json:
        click.echo(json.dumps(catalogue_json(), indent=2, ensure_ascii=False))
        return
    for product in PRODUCTS.values():
        click.echo(f"{product.id}: {product.name} ({product.family})")
        for option in product.options:
            click.echo(f"  {option.summary()}")


def _png(product: str, settings: dict[str, str]) -> bytes:
    from viewer.configuration import build_model, configure
    from viewer.picture import png_bytes, still
    from viewer.render.renderer import Renderer

    model = build_model(configure(product, settings))
    renderer = Renderer()
    try:
        return png_bytes(still(renderer, model, STILL_SIZE_PX, STILL_SIZE_PX))
    finally:
        renderer.close()


def _glb(product: str, settings: dict[str, str]) -> bytes:
    from models3d.gltf import write_glb
    from viewer.configuration import build_model, configure

    return write_glb(build_model(configure(product, settings)))


def _stl(product: str, settings: dict[str, str]) -> bytes:
    from models3d.export.stl import write_stl
    from viewer.configuration import build_model, configure

    return write_stl(build_model(configure(product, settings)))


WRITERS: dict[str, Callable[[str, dict[str, str]], bytes]] = {
    ".glb": _glb,
    ".stl": _stl,
    ".png": _png,
}


@main.command()
@click.argument("product")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="An option, e.g. carat=1.5."
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that ends in .glb, .stl or .png.",
)
def build(product: str, settings: tuple[str, ...], output: Path) -> None:
    """Build PRODUCT and write it as a model, a workshop file or a picture."""
    from viewer.configuration import parse_settings

    writer = WRITERS.get(output.suffix.lower())
    if writer is None:
        known = ", ".join(WRITERS)
        raise Refusal(f"Parure cannot write '{output.name}': choose a name that ends in {known}.")
    if not output.parent.is_dir():
        raise Refusal(f"There is no folder '{output.parent}': make it first.")
    write_whole(output, writer(product, parse_settings(settings)))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serve the showroom, the API and the try-on stream."""
    import api

    api.serve(host, port)


@main.command()
@click.argument("name", required=False)
def bench(name: str | None) -> None:
    """Run the benchmarks, or the one called NAME."""
    arguments = [sys.executable, "-m", "benchmarks", *([name] if name else [])]
    sys.exit(subprocess.run(arguments, cwd=Path(__file__).parent, check=False).returncode)


if __name__ == "__main__":
    main()
