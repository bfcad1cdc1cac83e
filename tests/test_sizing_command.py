"""`parure size` and `POST /api/v1/size`: what they say, and that the photo stays nowhere."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from serving import application, hand_photo, jpeg, pixels
from tables import Scene, drawn

from cli import main as parure
from tryon.errors import TakeAgain
from tryon.sizing import take
from tryon.types import FaceLandmarks, Seen
from viewer import messages
from viewer.language import ENGLISH, LANGUAGES, speaking
from viewer.refusals import translated

SCENE = Scene()
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Detector:
    """A tracker that finds the drawn hand, and a face, in whatever it is shown."""

    def __init__(self, wanted: object, *, streaming: bool) -> None:
        assert not streaming

    def detect(self, image: np.ndarray, time_ms: float) -> Seen:
        face = FaceLandmarks(np.full((478, 2), 400.0), np.zeros(478), 1.0)
        return Seen(hands=(drawn(SCENE).hand,), faces=(face,))

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(scope="module")
def photo() -> bytes:
    return jpeg(drawn(SCENE).image, quality=95)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(take, "Tracker", Detector)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(parure, ["size", *(str(each) for each in arguments)])


@pytest.mark.usefixtures("seen")
def test_the_command_says_girth_sizes_and_what_to_check(photo: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hand.jpg"
    path.write_bytes(photo)
    done = run(path)
    assert done.exit_code == 0, done.output
    first, *rest = done.output.splitlines()
    assert first.startswith("left ring finger: 53.")
    assert first.endswith("mm in 95 of 100 cases.")
    assert [line[:2] for line in rest[:4]] == ["EU", "US", "UK", "JP"]
    assert "knuckle" in rest[-1]


@pytest.mark.usefixtures("seen")
def test_json_has_every_field_and_the_picture_marks_the_finger(
    photo: bytes, tmp_path: Path
) -> None:
    path, out = tmp_path / "hand.jpg", tmp_path / "marked.png"
    path.write_bytes(photo)
    done = run(path, "--json", "-o", out)
    record = json.loads(done.output)
    assert record["reference"] == "card"
    assert record["breadth_mm"]["value"] == pytest.approx(18.0, abs=0.2)
    assert set(record["sizes"]) == {"EU", "US", "UK", "JP"}
    marked = pixels(out.read_bytes()).astype(int)
    change = np.abs(marked - pixels(photo)).max(axis=-1) > 60
    columns = np.nonzero(change)[1]
    spots = np.array([*record["edges_px"], *record["reference_px"]])
    assert columns.min() == pytest.approx(spots[:, 0].min(), abs=8)
    assert columns.max() == pytest.approx(spots[:, 0].max(), abs=20)
    assert change.mean() < 0.02
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hand.jpg", "marked.png"]


def test_a_photo_without_a_card_ends_with_status_2_and_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "hand.jpg"
    path.write_bytes(hand_photo())  # with the real detector
    done = run(path, "-o", tmp_path / "out.png")
    assert done.exit_code == 2
    said = done.output.strip()
    assert "Take the photo again, because " in said
    assert said.endswith(".")
    assert not (tmp_path / "out.png").exists()


def test_an_unknown_reference_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    path = tmp_path / "hand.jpg"
    path.write_bytes(hand_photo())
    done = run(path, "--reference", "iris")
    assert done.exit_code == 2
    assert '"iris" is no known reference: use card, coin:EUR1' in done.output


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with application(tmp_path_factory.mktemp("store")) as app:
        yield app.test_client()


def send(client: FlaskClient, photo: bytes | None, **fields: str) -> Any:
    data: dict[str, Any] = dict(fields)
    if photo is not None:
        data["photo"] = (io.BytesIO(photo), "private-name.jpg")
    return client.post("/api/v1/size", data=data, content_type="multipart/form-data")


@pytest.mark.usefixtures("seen")
def test_the_service_says_what_the_command_says(
    client: FlaskClient, photo: bytes, tmp_path: Path
) -> None:
    answer = send(client, photo, finger="ring")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    path = tmp_path / "hand.jpg"
    path.write_bytes(photo)
    assert answer.json == json.loads(run(path, "--json").output)


@pytest.mark.usefixtures("seen")
def test_a_photo_that_cannot_be_measured_is_422_with_the_sentence(client: FlaskClient) -> None:
    bare = jpeg(drawn(Scene(reference=None)).image)
    answer = send(client, bare)
    assert answer.status_code == 422
    assert "Take the photo again, because no bank card is seen" in json.dumps(answer.json)
    answer = send(client, bare, hand="right")
    assert "no right hand is seen" in json.dumps(answer.json)


@pytest.mark.parametrize("fields", [{"finger": "toe"}, {"hand": "third"}, {"wrist": "perhaps"}])
def test_a_field_that_is_wrong_is_named(client: FlaskClient, fields: dict[str, str]) -> None:
    answer = send(client, hand_photo(), **fields)
    assert answer.status_code == 422
    assert next(iter(fields)) in json.dumps(answer.json)


def test_without_a_photo_it_is_400_and_with_a_text_415_or_422(client: FlaskClient) -> None:
    assert send(client, None).status_code == 400
    assert send(client, b"no picture at all").status_code in (415, 422)


@pytest.mark.usefixtures("seen")
def test_measuring_writes_no_file(client: FlaskClient, photo: bytes) -> None:
    opened: list[str] = []
    watching = [True]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if not watching[0] or event != "open" or not isinstance(arguments[2], int):
            return
        if arguments[2] & WRITING and str(arguments[0]) != os.devnull:
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    assert send(client, photo).status_code == 200
    watching[0] = False
    assert not opened


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Reprenez la photo : la référence (carte bancaire) n’est pas visible ;"),
        ("it", "Scatti di nuovo la foto: il riferimento (carta bancaria) non si vede;"),
        ("de", "Nehmen Sie das Foto noch einmal auf: Der Maßstab (Bankkarte) ist nicht zu sehen;"),
        ("ar", "التقط الصورة من جديد: المرجع (بطاقة مصرفية) غير ظاهر؛"),
        ("zh", "请重新拍照"),
        ("ja", "もう一度撮影してください"),
    ],
)
def test_what_to_change_in_a_photo_is_said_in_the_language_asked_for(
    client: FlaskClient, language: str, said: str
) -> None:
    answer = client.post(
        f"/api/v1/size?lang={language}",
        data={"photo": (io.BytesIO(jpeg(drawn(Scene(reference=None)).image)), "hand.jpg")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert answer.json["message"].startswith(said)


def test_every_reason_to_take_a_photo_again_is_told_in_every_language() -> None:
    reasons = [
        str(message.id)
        for message in messages.messages()
        if any(file.startswith("tryon/sizing/") for file, _ in message.locations)
        and str(message.id)[0] in ascii_lowercase + "{"
    ]
    assert len(reasons) >= 13
    names = ["the ring finger", "the wrist", "hand", "left hand", "bank card", "2 euro"]
    english = re.compile(r"\b(Take|because|the|is|are|seen|it|card|hand:)\b")
    for language in (each for each in LANGUAGES if each != ENGLISH):
        with speaking(language):
            for reason, name in product(reasons, names):
                sentence = str(TakeAgain(reason.replace("{0}", name)))
                untold = f"How it fits cannot be told. {sentence} It is shown 4% larger than it is."
                for whole in (sentence, untold):
                    assert not english.search(translated(whole)), (language, translated(whole))
