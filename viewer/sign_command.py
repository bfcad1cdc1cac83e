"""`parure sign`: an address for a picture that strangers could not ask for."""

from __future__ import annotations

import click

from viewer.addresses import public_base
from viewer.angles import VIEW_NAMES
from viewer.bake import edition
from viewer.command import settings_option
from viewer.configuration import configure, parse_settings
from viewer.encoding import FORMATS
from viewer.look import Look
from viewer.picture_order import PictureOrder
from viewer.signing import picture_path, signing_key
from viewer.store import Store, store_location


@click.command()
@click.argument("product")
@settings_option
@click.option(
    "--view", default="hero", show_default=True, type=click.Choice(VIEW_NAMES), metavar="VIEW",
    help="0 to 35, hero, front, side, back, top or detail.",
)  # fmt: skip
@click.option("--width", default=1200, show_default=True, help="Pixels.")
@click.option("--height", type=int, help="Pixels; as the width by default.")
@click.option(
    "--format", "picture_format", default="jpg", show_default=True, type=click.Choice(list(FORMATS))
)
@click.option(
    "--look",
    default=Look.TRUE.value,
    show_default=True,
    type=click.Choice([look.value for look in Look]),
)
@click.option("--transparent", is_flag=True, help="The piece on nothing.")
def sign(
    product: str,
    settings: tuple[str, ...],
    view: str,
    width: int,
    height: int | None,
    picture_format: str,
    look: str,
    transparent: bool,
) -> None:
    """Print the address of a picture of PRODUCT, of any size, that the service will draw.

    The service must use the same store, or the same PARURE_SIGNING_KEY.
    """
    configuration = configure(product, parse_settings(settings))
    order = PictureOrder(view, width, height or width, picture_format, Look(look), transparent)
    store = Store(store_location(), edition())
    store.remember(configuration)
    click.echo(public_base() + picture_path(configuration, order, signing_key(store)))
