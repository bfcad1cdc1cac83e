"""Languages: complete catalogues, the language that a visitor is answered in, numbers and words."""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import LanguageAccept

from api.app import create_app
from api.language import tongue_of
from viewer import messages
from viewer.catalogue import PRODUCTS
from viewer.configuration import configure
from viewer.errors import InvalidOption
from viewer.facts import description
from viewer.language import (
    ENGLISH,
    LANGUAGES,
    gettext,
    ngettext,
    plural_rule,
    po_file,
    script_words,
    speaking,
)
from viewer.quantities import quantity, typeset
from viewer.refusals import translated

TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]
HOLES = re.compile(r"\{\w*\}")
SHELL_BYTES = 5 * 1024


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app = create_app({"STORE": str(tmp_path_factory.mktemp("store"))})
    yield app.test_client()
    app.extensions["parure"].close()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_every_message_and_nothing_else(language: str) -> None:
    wanted = {message.id for message in messages.messages() if message.id}
    held = {message.id for message in po_file(language) if message.id}
    assert wanted == held, "run `make words` and translate what is new"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_for_good(language: str) -> None:
    for message in po_file(language):
        forms = [message.string] if isinstance(message.string, str) else message.string
        assert all(forms), f"{message.id!r} wants translating"
        assert not message.fuzzy, f"{message.id!r} is fuzzy"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_holes_of_its_message(language: str) -> None:
    for message in po_file(language):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else message.id
        holes = [set(HOLES.findall(text)) for text in ids]
        forms = [message.string] if isinstance(message.string, str) else message.string
        for form in forms:
            found = set(HOLES.findall(form))
            assert found in holes or (len(forms) > 1 and found <= holes[-1]), message.id
            if len(forms) == 1:
                assert sorted(HOLES.findall(form)) == sorted(HOLES.findall(ids[-1])), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_label_keeps_the_colon_before_its_note(language: str) -> None:
    labels = [c.label for p in PRODUCTS.values() for o in p.options for c in o.choices]
    with speaking(language):
        for label in {each for each in labels if ": " in each}:
            name, colon, note = gettext(label).partition(": ")
            assert name, label
            assert colon, label
            assert note, label


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_message_that_counts_has_each_form_of_its_language(language: str) -> None:
    forms = po_file(language).num_plurals
    assert {plural_rule(language)(count) for count in range(200)} == set(range(forms))
    for message in po_file(language):
        if not isinstance(message.id, str):
            assert len(message.string) == forms


def test_counts_take_the_form_of_their_number() -> None:
    one, many = "Engraving, {count} letter", "Engraving, {count} letters"
    assert ngettext(one, many, 1) == "Engraving, 1 letter"
    with speaking("fr"):
        assert ngettext(one, many, 1) == "Gravure, 1 lettre"
        assert ngettext(one, many, 2) == "Gravure, 2 lettres"
    with speaking("ar"):
        assert len({ngettext(one, many, count) for count in (1, 2, 3, 11)}) == 4


@pytest.mark.parametrize(
    ("asked", "accepted", "language", "place"),
    [
        (None, [], "en", "en_GB"),
        (None, ["fr-CH", "en"], "fr", "fr_CH"),
        (None, ["pt", "it"], "it", "it_IT"),
        ("de", ["fr-FR"], "de", "de_DE"),
        ("de", ["en", "de-AT"], "de", "de_AT"),
        ("ja-JP", [], "ja", "ja_JP"),
        ("xx", ["ar-EG"], "ar", "ar_EG"),
        (None, ["zh-SG"], "zh", "zh_Hans_SG"),
        (None, ["fr-ZZ"], "fr", "fr_FR"),
    ],
)
def test_the_address_decides_before_the_browser(
    asked: str | None, accepted: list[str], language: str, place: str
) -> None:
    tags = LanguageAccept([(tag, 1.0 - at / 10) for at, tag in enumerate(accepted)])
    tongue = tongue_of(asked, tags)
    assert (tongue.language, tongue.place) == (language, place)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_names_its_language_and_direction(client: FlaskClient, language: str) -> None:
    answer = client.get(f"/?lang={language}")
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]
    direction = ' dir="rtl"' if language == "ar" else ""
    assert f'<html lang="{language}"{direction}>' in answer.text
    for other in LANGUAGES:
        assert f'hreflang="{other}"' in answer.text


def test_links_keep_what_was_chosen(client: FlaskClient) -> None:
    page = client.get("/p/band?lang=fr&currency=CHF").text
    assert 'href="/?lang=fr&amp;currency=CHF"' in page
    assert "CHF" in re.search(r"data-price>([^<]*)<", page)[1]
    plain = client.get("/p/band", headers={"Accept-Language": "fr"}).text
    assert 'class="wordmark" href="/"' in plain


def test_a_currency_without_a_rate_is_passed_over(client: FlaskClient) -> None:
    assert "€" in re.search(r"data-price>([^<]*)<", client.get("/p/band?currency=XXX").text)[1]


class _Words(HTMLParser):
    """What a page says to its reader."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self._silent += tag in ("script", "style")
        self.said += [value for name in ("alt", "aria-label") if (value := known.get(name))]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent:
            self.said.append(data.strip())


@pytest.mark.parametrize("product", ["solitaire", "band", "dive-watch", "charm-bracelet"])
def test_no_english_is_left_on_a_japanese_page(client: FlaskClient, product: str) -> None:
    reader = _Words()
    reader.feed(client.get(f"/p/{product}?lang=ja").text)
    names = r"English|Français|Italiano|Deutsch|Parure|GLB|JavaScript|EU|US|UK|JP|Akoya|[A-Z]{3}"
    grades = r"V?VS\d|SI\d|ct|mm|cm|[A-Z]|\d+[KL]|CuSn\d"
    known = re.compile(rf"\b(?:{names}|{grades})\b|\([^)]*\)")
    left = [
        text
        for text in reader.said
        if re.search(r"[A-Za-z]{2,}", known.sub("", unicodedata.normalize("NFKC", text)))
    ]
    assert left == []


@pytest.mark.parametrize("path", ["/", "/p/solitaire", "/p/band", "/configure/solitaire"])
def test_a_language_takes_little_more_of_a_page_than_english(
    client: FlaskClient, path: str
) -> None:
    packed = {"Accept-Encoding": "br"}
    english = len(client.get(path, headers=packed).data)
    for language in TRANSLATED:
        answer = client.get(f"{path}?lang={language}", headers=packed)
        assert len(answer.data) <= 1.2 * english, language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/p/band", "/p/dive-watch"])
def test_a_shell_stays_within_five_kilobytes(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(f"{path}?lang={language}", headers={"Accept-Encoding": "br"})
    assert len(answer.data) <= SHELL_BYTES


def test_what_is_chosen_leads_back_to_the_page(client: FlaskClient) -> None:
    page = client.get("/p/band?width=5&lang=it").text
    ways = client.get(re.search(r'href="(/languages[^"]*)"', page)[1].replace("&amp;", "&")).text
    assert 'href="/p/band?width=5&amp;lang=ja"' in ways
    assert 'href="/p/band?width=5&amp;lang=it&amp;currency=JPY"' in ways
    for elsewhere in ("//other.example/", "https://other.example/", "/\\other.example"):
        assert (
            "other.example" not in client.get("/languages", query_string={"page": elsewhere}).text
        )


@pytest.mark.parametrize("language", TRANSLATED)
def test_scripts_find_their_words_in_one_file(client: FlaskClient, language: str) -> None:
    page = client.get(f"/p/solitaire?lang={language}").text
    address = re.search(r'<link id="words"[^>]*href="([^"]*)"', page)[1]
    answer = client.get(address)
    assert answer.json == script_words(language)
    assert "immutable" in answer.headers["Cache-Control"]
    assert gettext("Your photo") in answer.json
    assert client.get(address.replace(".json", "0.json")).status_code == 404
    assert len(gzip.compress(answer.data)) < 8 * 1024


def test_english_scripts_need_no_file(client: FlaskClient) -> None:
    assert "/words/" not in client.get("/p/solitaire").text


def test_numbers_stand_as_their_place_writes_them() -> None:
    assert quantity(1234.5, "mm", 1) == "1,234.5 mm"
    with speaking("de"):
        assert quantity(6.52, "ct", 2) == "6,52\u00a0ct"
    with speaking("de", "de_CH"):
        assert quantity(6.52, "ct", 2) == "6.52\u00a0ct"
    with speaking("ar"):
        assert quantity(Decimal("1.5"), "g") == "1.5 غ"


def test_a_page_keeps_numbers_with_their_units_and_raises_apostrophes() -> None:
    set_words = typeset("Platinum 950, 3.5 g · EU 54 · UK N · 4 to 6 claws, the house's, 6 claws")
    assert set_words.replace("\u00a0", "_") == (
        "Platinum 950, 3.5_g · EU 54 · UK N · 4_to 6 claws, the house’s, 6 claws"
    )
    assert typeset("6.5 مم") == "6.5\u00a0مم"


def test_a_piece_is_described_in_the_trade_s_words() -> None:
    ring = configure("solitaire", {"metal": "gold_18k_white_rhodium", "gem": "sapphire_blue"})
    said = {}
    for language in LANGUAGES:
        with speaking(language):
            said[language] = description(ring)
    assert said == {
        "en": "White gold 18 ct · 1 ct blue sapphire",
        "fr": "Or blanc 18 carats · saphir bleu de 1\u00a0ct",
        "it": "Oro bianco 18 carati · zaffiro blu da 1\u00a0ct",
        "de": "Weißgold 750 · 1\u00a0ct blauer Saphir",
        "ar": "ذهب أبيض عيار 18 · ياقوت أزرق 1 قيراط",
        "zh": "18K白金 · 1 克拉蓝宝石",
        "ja": "18K ホワイトゴールド · ブルーサファイア 1 ct",
    }


def test_a_refusal_is_said_in_the_visitor_s_language(client: FlaskClient) -> None:
    options = {"carat": 2.5, "shank_width": 1.6}
    answer = client.post(
        "/api/v1/configurations?lang=de", json={"product": "solitaire", "options": options}
    )
    assert answer.status_code == 422
    assert answer.json["message"].startswith("Ein Stein von mehr als 2 ct dreht")
    assert "Am nächsten möglich" in answer.json["message"]
    with pytest.raises(InvalidOption, match="turns a shank"):
        configure("solitaire", options)


def test_a_sentence_with_numbers_is_known_by_its_form() -> None:
    made = "A stone 7.4 mm wide is too large for ring size EU 44."
    assert translated(made) == made
    with speaking("fr"):
        assert translated(made) == "Une pierre de 7,4\u00a0mm est trop large pour une taille EU 44."
    with speaking("it"):
        assert translated("Nothing like it.") == "Nothing like it."


def test_one_request_s_language_does_not_reach_the_next(client: FlaskClient) -> None:
    client.get("/?lang=ar")
    assert gettext("Rings") == "Rings"


def test_catalogues_are_written_in_one_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(messages, "CATALOGUES", tmp_path)
    assert messages.update() == 0
    for language in TRANSLATED:
        held = Path(__file__).parent.parent / "locale" / language / "LC_MESSAGES" / "parure.po"
        fresh = tmp_path / language / "LC_MESSAGES" / "parure.po"
        assert fresh.read_text("utf-8") == held.read_text("utf-8"), "run `make words`"
