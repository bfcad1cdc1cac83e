"""The specification sheet says what was chosen and what was measured, and finds its way back."""

import io
import re

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from pypdf import PdfReader

from models3d.frames import Image
from viewer import sheet_fonts
from viewer.bills import bill_of
from viewer.configuration import Configuration, configure
from viewer.errors import MissingTypeface
from viewer.price import quote
from viewer.price_file import DEMONSTRATION, read_prices
from viewer.sheet_fonts import register, true_type
from viewer.specification import specification_pdf

ADDRESS = "https://brand.example/p/solitaire?carat=1.2&gem=ruby"
CHOSEN = {"carat": 1.2, "gem": "ruby", "size": "US 7"}


def pictures() -> list[Image]:
    rng = np.random.default_rng(5)
    return [rng.integers(0, 255, (64, 64, 3), np.uint8) for _ in range(3)]


def sheet(configuration: Configuration, *, priced: bool = True) -> bytes:
    bill = bill_of(configuration)
    offer = quote(configuration, bill, read_prices(DEMONSTRATION)) if priced else None
    return specification_pdf(configuration, bill, pictures(), offer, ADDRESS)


def words(data: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def test_it_says_what_was_chosen_measured_and_what_it_costs() -> None:
    configuration = configure("solitaire", CHOSEN)
    data = sheet(configuration)
    text = words(data)
    for expected in ("Solitaire", "Ruby, 1.20 ct", "US 7", "Platinum 950", "Shank at the palm"):
        assert expected in text, expected
    assert configuration.hash[:32] in text
    offer = quote(configuration, bill_of(configuration), read_prices(DEMONSTRATION))
    assert offer.formatted(offer.total, "en_GB") in text
    assert "no offer" in text
    assert PdfReader(io.BytesIO(data)).metadata.subject == configuration.canonical()  # type: ignore[union-attr]


def test_the_workshop_gets_it_without_a_price() -> None:
    text = words(sheet(configure("solitaire", CHOSEN), priced=False))
    assert "Total" not in text
    assert "It can be resized" in text


def test_its_code_opens_the_configuration() -> None:
    """Read from the drawn squares, as a phone's camera would."""
    page = PdfReader(io.BytesIO(sheet(configure("band")))).pages[0]
    drawing = page.get_contents().get_data().decode("latin1")  # type: ignore[union-attr]
    found = re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re f", drawing)
    squares = [[float(number) for number in square] for square in found]
    small = [s for s in squares if abs(s[2] - s[3]) < 1e-6 and s[2] < 6.0]
    side = small[0][2]
    columns = np.round((np.array([s[0] for s in small]) - min(s[0] for s in small)) / side)
    rows = np.round((np.array([s[1] for s in small]) - min(s[1] for s in small)) / side)
    modules = int(max(columns.max(), rows.max())) + 1
    drawn = np.full((modules, modules), 255, np.uint8)
    drawn[modules - 1 - rows.astype(int), columns.astype(int)] = 0
    large = cv2.copyMakeBorder(
        np.kron(drawn, np.ones((8, 8), np.uint8)), 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255
    )
    assert cv2.QRCodeDetector().detectAndDecode(large)[0] == ADDRESS


def test_the_same_configuration_gives_the_same_bytes() -> None:
    assert sheet(configure("band")) == sheet(configure("band"))


def test_one_page_suffices_and_holds_the_pictures() -> None:
    reader = PdfReader(io.BytesIO(sheet(configure("solitaire"))))
    assert len(reader.pages) == 1
    sizes = [Pillow.open(io.BytesIO(image.data)).size for image in reader.pages[0].images]
    assert sizes == [(64, 64)] * 3


def test_without_the_typefaces_it_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    register.cache_clear()
    true_type.cache_clear()
    monkeypatch.setitem(sheet_fonts.FILES, sheet_fonts.TITLE, "nothing/here.woff2")
    with pytest.raises(MissingTypeface, match="make setup"):
        register()
