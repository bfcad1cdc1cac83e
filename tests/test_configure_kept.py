"""A design in a real browser: written on, kept, scanned, printed, compared, asked about."""

import io
import json
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from api.webhook import Hook
from tests.chromium import until, wait
from tests.house import KEY, House
from tests.serving import ROOT, application, listening, pixels
from tests.test_configure_browser import opened, visiting

pytestmark = [pytest.mark.browser, pytest.mark.gpu]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")
SHOWN = "document.querySelector('parure-viewer').configuration"
NO_CLIPBOARD = "() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException()); }"
NOT_ON_PAPER = ("Undo", "Save and share", "Send to the house", "Look closer", "Language")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House() as house:
        yield house


@pytest.fixture(scope="module")
def address(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    hook = Hook(house.address, KEY)
    with (
        application(tmp_path_factory.mktemp("store"), WEBHOOK=hook) as app,
        listening(app) as where,
    ):
        yield f"http://{where}"


def read_code(page: Page, place: str) -> str:
    """What a phone's camera reads of a code on the screen."""
    until(page, f"document.querySelector('{place}').naturalWidth > 0")
    seen = pixels(page.locator(place).screenshot())
    larger = cv2.resize(seen, None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST)
    found: str = cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(larger))[0]
    return found


def test_a_line_is_on_the_piece_while_it_is_written_and_is_one_step(
    browser: Browser, address: str
) -> None:
    with visiting(browser, address, "/configure/band") as page:
        opened(page, "engraving")
        line = page.locator("#option-engraving")
        line.press_sequentially("A B")
        until(page, "location.search === '?engraving=A+B'")
        assert line.evaluate("one => one === document.activeElement")
        line.press_sequentially(" C")  # what is being written is never written over
        until(page, "location.search === '?engraving=A+B+C'")
        assert line.input_value() == "A B C"
        until(page, f"({SHOWN})?.options.engraving === 'A B C'")
        page.locator("[data-undo]").click()
        until(page, "location.search === ''")
        assert line.input_value() == ""
        assert page.locator("[data-undo]").is_disabled()


def test_choices_in_quick_succession_are_all_kept(browser: Browser, address: str) -> None:
    with visiting(browser, address, "/configure/band") as page:
        page.evaluate(
            """() => { const width = document.querySelector('[name=width]');
              document.querySelector('[name=metal][value=platinum_950]').click();
              width.value = '5';
              width.dispatchEvent(new Event('change', { bubbles: true })); }"""
        )
        until(page, "location.search === '?width=5&metal=platinum_950'")
        assert page.locator("[data-value=metal]").inner_text() == "Platinum 950"


def test_a_kept_design_is_scanned_shared_and_printed(browser: Browser, address: str) -> None:
    with visiting(browser, address, "/configure/band?width=3.5&lang=en") as page:
        page.locator("[data-save]").click()
        until(page, "document.querySelector('#share').open")
        assert read_code(page, "[data-qr]") == f"{address}/configure/band?width=3.5"
        assert page.locator("[data-send]").is_visible() == page.evaluate("'share' in navigator")
        page.evaluate(NO_CLIPBOARD)
        page.locator("[data-copy]").click()
        shared = page.locator("[data-shared]")
        wait(lambda: shared.inner_text().startswith("The link is marked"), "it says so")
        assert (
            page.evaluate("getSelection().toString()") in page.locator("[data-link]").inner_text()
        )
        page.keyboard.press("Escape")
        sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
        printed = " ".join(one.extract_text() for one in sheets)
        for words in ("Wedding band", "3.5 mm", "Total, tax included", "Made to order"):
            assert words in printed, words
        for words in NOT_ON_PAPER:
            assert words not in printed, words
        assert len(sheets) <= 2


def test_a_design_waits_to_be_compared_with_another_piece(browser: Browser, address: str) -> None:
    with visiting(browser, address, "/configure/band?currency=CHF") as page:
        page.locator("[data-compare]").click()
        assert page.locator("[data-kept]").inner_text().startswith("Kept.")
        page.goto(f"{address}/configure/signet?currency=CHF", wait_until="domcontentloaded")
        until(page, "document.querySelector('[data-kept]').innerText !== ''")
        assert "Wedding band, " in page.locator("[data-kept]").inner_text()
        until(page, "document.documentElement.classList.contains('live')")
        page.get_by_role("button", name="Compare both designs").click()
        until(page, "location.pathname === '/compare' && document.readyState !== 'loading'")
        names = page.locator("article h2").all_inner_texts()
        assert names == ["Wedding band", "Signet ring"]
        assert all("CHF" in one for one in page.locator("article .price").all_inner_texts())
        page.go_back(wait_until="domcontentloaded")
        until(page, "document.documentElement.classList.contains('live')")
        wait(
            lambda: page.locator("[data-compare]").inner_text() == "Compare with another",
            "nothing waits any more",
        )


def test_a_wish_is_sent_to_the_house_with_the_design(
    browser: Browser, address: str, house: House
) -> None:
    with visiting(browser, address, "/configure/band?width=5") as page:
        form = page.locator("#enquiry")
        form.get_by_label("An appointment with this design").check(force=True)
        form.get_by_label("Your name").fill("Ada Example")
        form.get_by_label("E-mail or telephone").fill("ada@example.org")
        form.get_by_label("Your wish").fill("On Thursday?")
        page.evaluate(AXE)
        found = page.evaluate("axe.run('#enquiry', { resultTypes: ['violations'] })")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        form.get_by_role("button", name="Send to the house").click()
        said = page.locator("[data-asked]")
        wait(lambda: "has your message" in said.inner_text(), "it was sent")
        assert form.get_by_label("Your name").input_value() == ""
        wait(lambda: len(house.received) >= 2, "the house takes it at the second try")
        told = json.loads(house.received[-1][1])
        assert (told["kind"], told["name"]) == ("appointment", "Ada Example")
        assert told["pieces"][0]["options"]["width"] == "5"
