"""The language of each answer, and the addresses that keep what a visitor chose. No cookies.

`?lang=` decides, else the browser's Accept-Language; links between pages keep `lang` and `currency`
once they are in the address.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from babel import Locale, UnknownLocaleError
from flask import Flask, Response, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept

from viewer.addresses import public_base
from viewer.catalogue import PRODUCTS
from viewer.language import (
    ENGLISH,
    LANGUAGES,
    PLACES,
    Tongue,
    gettext,
    ngettext,
    script_words,
    speak,
    spoken,
)
from viewer.price_file import prices

KEPT = ("lang", "currency")  # in the address of every page
PIECES = ("piece", "with")  # of pages that show several, and of a design that belongs to some


@dataclass(frozen=True, slots=True)
class Way:
    """A link of the footer, or of the head for search engines."""

    code: str
    name: str  # in its own language
    address: str
    chosen: bool

    @property
    def public(self) -> str:
        """The address as search engines want it, with the service's own."""
        return f"{public_base()}{self.address}"


def install(app: Flask) -> None:
    """Answer every request of an application in its visitor's language."""
    app.before_request(_listen)
    app.after_request(_named)
    app.teardown_request(lambda _: speak(None))
    app.url_defaults(_keep)
    app.jinja_env.globals.update(
        _=gettext,
        ngettext=ngettext,
        spoken=spoken,
        language_ways=language_ways,
        ways_address=ways_address,
        kept_fields=kept_fields,
        words_file=words_file,
    )


def tongue_of(asked: str | None, accepted: LanguageAccept) -> Tongue:
    """The language to answer in: the one asked for, else the first that we have of the browser's.

    Where the browser names a country of that language (fr-CH), numbers are written as there.
    """
    tags = [tag.replace("_", "-").partition("-") for tag in accepted.values()]
    wanted = (asked or "").replace("_", "-").partition("-")
    if wanted[0].lower() in LANGUAGES:
        language = wanted[0].lower()
        tags.insert(0, wanted)
    else:
        language = next((tag[0].lower() for tag in tags if tag[0].lower() in LANGUAGES), ENGLISH)
    for spoken_tag, _, region in tags:
        if spoken_tag.lower() == language and len(region) == 2:
            return Tongue(language, _place(language, region.upper()))
    return Tongue(language, PLACES[language])


def language_ways(page: str | None = None) -> tuple[Way, ...]:
    """A page, by default this very one, in each language."""
    now = spoken().language
    return tuple(
        Way(code, _own_name(code), address(page, {"lang": code}), code == now) for code in LANGUAGES
    )


def currency_ways(page: str) -> tuple[Way, ...]:
    """A page in each currency that the prices know."""
    known = (prices().currency, *prices().rates)
    now = currency_asked() or prices().currency
    locale = spoken().locale
    return tuple(
        Way(
            code,
            f"{locale.currencies.get(code, code)} ({code})",
            address(page, {"currency": code}),
            code == now,
        )
        for code in known
    )


def currency_asked() -> str | None:
    """The currency in the address, if the prices know it."""
    asked = request.args.get("currency", "").upper()
    return asked if asked in prices().rates or asked == prices().currency else None


def kept_fields() -> Markup:
    """Hidden fields that keep what was chosen when a form is sent without scripts."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(field.format(name, value) for name, value in _kept().items())


def words_file() -> str | None:
    """The address of the scripts' words in the language of the page; English has them already."""
    language = spoken().language
    if language == ENGLISH:
        return None
    return url_for("words.file", language=language, edition=script_file(language)[1])


@cache
def script_file(language: str) -> tuple[bytes, str]:
    """What the pages' scripts say in a language, as JSON, and its edition."""
    data = json.dumps(script_words(language), ensure_ascii=False, separators=(",", ":")).encode()
    return data, hashlib.sha256(data).hexdigest()[:10]


def _listen() -> None:
    speak(tongue_of(request.args.get("lang"), request.accept_languages))


def _named(response: Response) -> Response:
    immutable = "immutable" in response.headers.get("Cache-Control", "")
    if response.mimetype in ("text/html", "application/json") and not immutable:
        response.headers.setdefault("Content-Language", spoken().language)
        response.vary.add("Accept-Language")
    return response


def _keep(endpoint: str, values: dict[str, Any]) -> None:
    """Keep what was chosen in the links to other pages."""
    if endpoint.startswith("pages.") and endpoint != "pages.static_file":
        for name, value in _kept().items():
            values.setdefault(name, value)


def _kept() -> dict[str, str]:
    asked = request.args.get("lang", "")
    kept = {"lang": asked} if asked.partition("-")[0] in LANGUAGES else {}
    currency = currency_asked()
    return kept | ({"currency": currency} if currency else {})


def address(page: str | None, change: Mapping[str, str]) -> str:
    """The address of a page of ours, by default this very one, with some of its query changed."""
    parts = urlsplit(_here() if page is None else page)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key not in KEPT]
    return f"{parts.path}?{urlencode([*query, *(_kept() | dict(change)).items()])}"


def ways_address() -> str:
    """Where the language and the currency of this page are chosen."""
    return f"{url_for('ways.choose')}?{urlencode({'page': _here()} | _kept())}"


def _here() -> str:
    """This page with the options and the pieces in its address, and nothing else of it."""
    item = PRODUCTS.get((request.view_args or {}).get("product_id", ""))
    query = [(key, value) for key, value in request.args.items() if item and item.option(key)]
    query += [(name, value) for name in PIECES for value in request.args.getlist(name)]
    return f"{request.path}?{urlencode(query)}" if query else request.path


def _place(language: str, region: str) -> str:
    usual = Locale.parse(PLACES[language])
    parts = [language, usual.script, region] if usual.script else [language, region]
    try:
        return str(Locale.parse("_".join(part for part in parts if part)))
    except (UnknownLocaleError, ValueError):
        return PLACES[language]


def _own_name(code: str) -> str:
    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]
