"""What lies in the mirror's tray, in the words of whoever stands before it, and its films."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from pydantic import Field
from werkzeug.exceptions import NotFound

from api.choosers import choosers
from api.controls import local_size_system, main_options, shown
from api.documents import Document
from api.kiosk_access import kiosk
from api.kiosk_worn import WornFiles
from api.openapi import Operation, documented
from api.pages import FAMILIES
from api.products import addresses, services, unchanging
from kiosk.attract import Films
from kiosk.kiosk import Kiosk
from viewer.bake import edition
from viewer.catalogue import product as product_of
from viewer.configuration import configure
from viewer.facts import description
from viewer.language import gettext, spoken
from viewer.options import Option, Product
from viewer.words import STONE_SOURCES

TILE_PX, SCENE_PX = 320, 1440
SCENES = ("0", "detail")  # stills of a piece for when nobody is there
ORDER = {"metal": 0, "gem": 1, "dial_colour": 2, "strap": 3}
MOST_OPTIONS = 3  # of a piece at the mirror itself; the tablet has all of them
SEEN = ("metals", *STONE_SOURCES)  # sources of options whose choices are shown as swatches

views = Blueprint("kiosk_tray", __name__)


class TrayChoice(Document):
    """One choice of an option."""

    id: str
    name: str
    picture: str | None = Field(description="Of the metal or the stone.")


class TrayOption(Document):
    """An option as the mirror offers it."""

    id: str
    name: str
    choices: list[TrayChoice]


class TrayPiece(Document):
    """A piece in the tray."""

    product: str
    name: str
    family: str
    about: str = Field(description="Metal and stone, in one phrase.")
    picture: str
    scenes: list[str] = Field(description="Large stills.")
    film: str | None = Field(description="A slow turn; null until it is drawn.")
    options: list[TrayOption]
    choosers: str = Field(description="The form of all its options, for the tablet.")


class TrayFamily(Document):
    """Pieces of one kind."""

    id: str
    name: str


class TrayDocument(Document):
    """The tray, in one language."""

    families: list[TrayFamily]
    pieces: list[TrayPiece]


@views.get("/api/v1/kiosk/tray")
@documented(
    Operation(
        "What lies in the mirror's tray, in the language asked for",
        {"application/json": TrayDocument},
        problems=(501,),
        query={"lang": {"type": "string"}},
    )
)
def tray() -> Response:
    """Nothing about anybody: pieces, words and addresses of pictures."""
    items = [product_of(each) for each in kiosk().settings.tray]
    there = {item.family for item in items}
    document = TrayDocument(
        families=[
            TrayFamily(id=family, name=gettext(name))
            for family, name in FAMILIES.items()
            if family in there
        ],
        pieces=[_piece(item) for item in items],
    )
    response = jsonify(document.model_dump())
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response


@views.get("/kiosk/films/<product_id>.mp4")
@documented(Operation("A piece that turns slowly", {"video/mp4": None}, problems=(404, 416, 501)))
def film(product_id: str) -> Response:
    """For when nobody is there; drawn while nobody is."""
    made, item = films(), product_of(product_id)
    data = made.film(item.id) if made is not None else None
    if data is None:
        raise NotFound("This film is not drawn yet.")
    return unchanging(data, "video/mp4")


def films() -> Films | None:
    """What draws the films; None: nothing does."""
    kiosk()
    found: Films | None = current_app.config.get("KIOSK_FILMS")
    return found


def films_of(behind: Kiosk) -> Films:
    """What draws the films of a mirror's tray, with the application's own studio."""
    beside = services()
    worn = WornFiles(behind.settings.tray, beside, lambda: behind.is_idle)

    def first() -> None:
        behind.prepare()
        if behind.page is not None:  # it fetches what it draws
            worn.make()

    def broke(failure: BaseException) -> None:
        beside.renew_studio()
        behind.recovered("renderer", f"{type(failure).__name__}: {failure}")

    return Films(
        behind.settings.tray,
        beside.store,
        lambda: beside.studio,
        lambda: behind.is_idle,
        first,
        broke,
    )


def _piece(item: Product) -> TrayPiece:
    configuration = services().configured(item.id, {})
    pictures = addresses(configuration).picture
    made = films()

    def picture(view: str, side_px: int) -> str:
        return pictures.format(view=view, format="webp", size=side_px)

    return TrayPiece(
        product=item.id,
        name=gettext(item.name),
        family=item.family,
        about=description(configuration),
        picture=picture("0", TILE_PX),
        scenes=[picture(view, SCENE_PX) for view in SCENES],
        film=url_for("kiosk_tray.film", product_id=item.id)
        if made is not None and made.has(item.id)
        else None,
        options=[_option(option, item) for option in mirror_options(item)],
        choosers=_choosers(item.id),
    )


def mirror_options(item: Product) -> list[Option]:
    """The few that are offered at the mirror: what is seen from an arm's length."""
    first = main_options(item.options)
    seen = [
        option
        for option in item.options
        if option.kind == "choice"
        and option.notation is None
        and (option.source in SEEN or option in first)
    ]
    return sorted(seen, key=lambda option: ORDER.get(option.id, len(ORDER)))[:MOST_OPTIONS]


def _option(option: Option, item: Product) -> TrayOption:
    told = shown(option, configure(item.id), "EU")
    return TrayOption(
        id=option.id,
        name=told.label,
        choices=[
            TrayChoice(id=choice.id, name=choice.name, picture=_swatch(option, choice.id))
            for choice in told.choices
        ],
    )


def _swatch(option: Option, choice_id: str) -> str | None:
    if option.source == "metals":
        return url_for(
            "swatches.metal",
            metal_id=choice_id,
            finish_id="mirror_polish",
            picture_format="webp",
            v=edition(),
        )
    if option.source in STONE_SOURCES:
        return url_for("swatches.stone", gem_id=choice_id, picture_format="webp", v=edition())
    return None


def _choosers(product_id: str) -> str:
    tongue, sizes = spoken(), local_size_system(request.accept_languages)
    _, known = choosers(product_id, tongue.language, tongue.place, sizes)
    return url_for(
        "choosers.file",
        product_id=product_id,
        choosers_edition=known,
        lang=tongue.place.replace("_", "-"),
        sizes=sizes,
    )
