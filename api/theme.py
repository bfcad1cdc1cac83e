"""The house's own look: its generated style sheet, its logo and its typefaces."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response
from werkzeug.exceptions import NotFound

from api.openapi import Operation, documented
from api.products import unchanging
from viewer.theme import MEDIA_TYPES, theme

views = Blueprint("theme", __name__)


def install(app: Flask) -> None:
    """Dress the pages of an application; `theme()` and `theme_file()` are for templates.

    Raises:
        InvalidTheme: the theme cannot be used; told now, not to the first visitor.
    """
    theme()
    app.jinja_env.globals.update(theme=theme)
    app.register_blueprint(views)


@views.get("/theme-<edition>.css")
@documented(Operation("The house's style sheet", {"text/css": None}, problems=(404,)))
def sheet(edition: str) -> Response:
    """Colours, typefaces and corners as custom properties."""
    if theme().sheet != f"theme-{edition}.css":
        raise NotFound("There is no such file.")
    return unchanging(theme().style.encode(), "text/css", in_parts=False)


@views.get("/theme/<name>")
@documented(
    Operation("A file of the house's theme", dict.fromkeys(MEDIA_TYPES.values()), problems=(404,))
)
def file(name: str) -> Response:
    """The logo or a typeface."""
    if name not in theme().files:
        raise NotFound("There is no such file.")
    return unchanging(theme().files[name], MEDIA_TYPES[Path(name).suffix], in_parts=False)
