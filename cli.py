"""The `parure` command: thin; every subcommand decodes, calls and writes.

Subcommands import what they need when they run, so that `parure products` does not wait for the
landmark library or the GPU.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from models3d.errors import ParureError
from models3d.threads import limit_threads


class Refusal(click.ClickException):
    """One sentence on standard error, exit status 2."""

    exit_code = 2


# Subcommands that live with what they call; each is imported when it runs.
ELSEWHERE = {
    "build": "viewer.build_command",
    "import": "viewer.import_command:import_model",
    "kiosk": "kiosk.command",
    "kiosk-check": "kiosk.check_command:kiosk_check",
    "kiosk-measure": "api.kiosk_server:kiosk_measure",
    "kiosk-service": "api.kiosk_server:kiosk_service",
    "tryon": "tryon.command",
    "size": "tryon.sizing.command",
    "bake": "viewer.command",
    "check": "viewer.command",
    "price": "viewer.command",
    "sign": "viewer.sign_command",
}


INNER = {"kiosk-measure", "kiosk-service"}  # started by other commands


class ParureGroup(click.Group):
    """Turns our own errors into one sentence; loads what is elsewhere when it is called."""

    def invoke(self, context: click.Context) -> Any:
        """Run a subcommand."""
        try:
            return super().invoke(context)
        except ParureError as error:
            raise Refusal(str(error)) from error

    def list_commands(self, context: click.Context) -> list[str]:
        """Every subcommand by name."""
        return sorted([*super().list_commands(context), *(ELSEWHERE.keys() - INNER)])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The subcommand of this name."""
        if name in ELSEWHERE:
            module, _, attribute = ELSEWHERE[name].partition(":")
            found: click.Command = getattr(importlib.import_module(module), attribute or name)
            return found
        return super().get_command(context, name)


@click.group(cls=ParureGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Model jewels, show them and put them on people in photos, videos and live frames."""
    limit_threads()


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
