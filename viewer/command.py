"""`parure bake`, `parure check` and `parure price`: thin."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from tqdm import tqdm

from models3d.files import write_whole
from models3d.workshop import Verdict, workshop_report
from viewer.bills import bill_of
from viewer.catalogue import PRODUCTS
from viewer.catalogue import product as product_of
from viewer.collection import Baked, bake_all, cluster, tasks_for
from viewer.configuration import configure, parse_settings
from viewer.contact_sheet import collection_sheet
from viewer.picture import png_bytes
from viewer.price import quote
from viewer.price_file import prices
from viewer.store import store_location

FAILED = 2

tqdm.monitor_interval = 0  # no thread that outlives the bars

settings_option = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="An option, e.g. carat=1.5."
)


@click.command()
@click.argument("products", nargs=-1, metavar="[PRODUCT]...")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--scheduler", metavar="ADDRESS", help="A Dask cluster, such as tcp://10.0.0.5:8786.")
@click.option("--turntables", is_flag=True, help="All sides of each piece, not only its poster.")
@click.option(
    "--sheet",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.png",
    help="The collection on one sheet.",
)
@click.option("--columns", default=5, show_default=True, type=click.IntRange(1, 20))
def bake(
    products: tuple[str, ...],
    workers: int,
    scheduler: str | None,
    turntables: bool,
    sheet: Path | None,
    columns: int,
) -> None:
    """Build models and pictures of every PRODUCT, or of all, into the store.

    What the store has already is not built again. What fails is reported at the end, with exit
    status 2.
    """
    chosen = [product_of(name).id for name in products] or list(PRODUCTS)
    configurations = [configure(product) for product in chosen]
    tasks = tasks_for(configurations, turntables=turntables)
    with tqdm(total=len(tasks), unit="file", disable=None) as bar:

        def step(result: Baked) -> None:
            bar.set_postfix_str(result.task.product)
            bar.update()

        with cluster(scheduler, workers) as client:
            results = bake_all(tasks, store_location(), client, step)
    failures = [result for result in results if result.error is not None]
    for failure in failures:
        click.echo(
            f"Error: {failure.task.product}, {failure.task.asset}: {failure.error}", err=True
        )
    size = sum(result.size_bytes for result in results)
    click.echo(f"{len(results) - len(failures)} of {len(results)} files, {size / 1e6:.1f} MB.")
    if sheet is not None:
        broken = {failure.task.product for failure in failures}
        whole = [each for each in configurations if each.product not in broken]
        write_whole(sheet, png_bytes(collection_sheet(whole, store_location(), columns)))
    if failures:
        sys.exit(FAILED)


@click.command()
@click.argument("product")
@settings_option
def check(product: str, settings: tuple[str, ...]) -> None:
    """Tell whether PRODUCT can be made so: its measures beside what the alloy allows."""
    report = workshop_report(bill_of(configure(product, parse_settings(settings))))
    for item in report.checks:
        words = f"{item.place}: {item.mm:.2f} mm (at least {item.least_mm:g} mm)"
        mark = "" if item.verdict is Verdict.GOOD else f": {item.verdict.value.replace('_', ' ')}"
        click.echo(f"{words}{mark}{'. ' + item.remark if item.remark else ''}")
    if report.resizing:
        click.echo(report.resizing)
    if not report.can_be_made:
        sys.exit(FAILED)


@click.command()
@click.argument("product")
@settings_option
@click.option("--currency", metavar="CODE", help="One that the prices have a rate for.")
@click.option("--locale", default="en_GB", show_default=True, help="How amounts are written.")
def price(product: str, settings: tuple[str, ...], currency: str | None, locale: str) -> None:
    """Work out what PRODUCT costs, item by item."""
    configuration = configure(product, parse_settings(settings))
    offer = quote(configuration, bill_of(configuration), prices(), currency)
    for line in offer.lines:
        click.echo(f"{line.label}: {offer.formatted(line.amount, locale)}")
    click.echo(f"{offer.tax_label}: {offer.formatted(offer.tax, locale)}")
    click.echo(f"Total: {offer.formatted(offer.total, locale)}")
