"""Which files a command line names, and where their results go."""

from __future__ import annotations

from pathlib import Path

import pytest

from tryon.errors import TryOnError
from tryon.media.sources import Kind, find_sources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of empty files; only the names count here."""
    names = ["b.JPG", "a.png", "c.gif", "clip.mp4", "old.avi", "notes.txt", ".hidden.jpg"]
    names += ["deeper/d.jpeg", ".cache/e.jpg", "deeper/f.heic"]
    for name in names:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "in"


def test_a_folder_gives_its_pictures_and_videos_sorted_and_nothing_else(folder: Path) -> None:
    found = find_sources([str(folder)], None)
    assert [source.label for source in found] == [
        "a.png", "b.JPG", "c.gif", "clip.mp4", "deeper/d.jpeg", "deeper/f.heic", "old.avi",
    ]  # fmt: skip
    kinds = {source.label: source.kind for source in found}
    assert {label for label, kind in kinds.items() if kind is Kind.VIDEO} == {"clip.mp4", "old.avi"}
    assert all(source.output is None for source in found)


def test_results_of_a_folder_keep_their_names_and_folders(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = find_sources([str(folder)], out)
    assert [source.output.relative_to(out).as_posix() for source in found if source.output] == [
        "a.png", "b.JPG", "c.gif.png", "clip.mp4", "deeper/d.jpeg", "deeper/f.heic.png",
        "old.avi.mp4",
    ]  # fmt: skip
    assert not out.exists()


def test_earlier_results_below_the_folder_are_not_read_again(folder: Path) -> None:
    out = folder / "worn"
    out.mkdir()
    (out / "a.png").touch()
    labels = [source.label for source in find_sources([str(folder)], out)]
    assert "worn/a.png" not in labels
    assert "a.png" in labels


def test_one_file_goes_to_one_file(folder: Path, tmp_path: Path) -> None:
    (source,) = find_sources([str(folder / "a.png")], tmp_path / "worn.webp")
    assert (source.kind, source.label) == (Kind.PHOTO, "a.png")
    assert source.output == tmp_path / "worn.webp"
    (into_folder,) = find_sources([str(folder / "a.png")], tmp_path)
    assert into_folder.output == tmp_path / "a.png"


def test_several_files_go_to_a_folder(folder: Path, tmp_path: Path) -> None:
    found = find_sources([str(folder / "a.png"), str(folder / "clip.mp4")], tmp_path / "out")
    assert [s.output for s in found] == [tmp_path / "out/a.png", tmp_path / "out/clip.mp4"]


def test_a_file_named_outright_needs_no_known_suffix(tmp_path: Path) -> None:
    (source,) = find_sources([str(tmp_path / "upload")], None)
    assert (source.kind, source.label) == (Kind.PHOTO, "upload")


def test_digits_are_a_camera_unless_there_is_such_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (camera,) = find_sources(["2"], tmp_path / "out.mp4")
    assert (camera.kind, camera.camera, camera.path) == (Kind.CAMERA, 2, None)
    Path("2").touch()
    assert find_sources(["2"], None)[0].kind is Kind.PHOTO


@pytest.mark.parametrize(
    ("arguments", "output", "message"),
    [
        (["in/a.png"], "in/a.png", "would replace"),
        (["in/a.png"], "in", "would replace"),
        (["in"], "in", "would replace"),
        (["in/a.png", "in/clip.mp4"], "in/notes.txt", "is a file"),
        (["in/a.png"], "out.mp4", "picture cannot be written"),
        (["in/clip.mp4"], "out.jpg", "video cannot be written"),
        (["in/a.png"], "nowhere/out.jpg", "no folder nowhere"),
        (["in/a.png", "in/../in/a.png"], "out", "would both become"),
        (["0", "in/a.png"], None, "alone"),
        (["empty"], None, "no picture and no video"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_read(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    output: str | None,
    message: str,
) -> None:
    monkeypatch.chdir(folder.parent)
    Path("empty").mkdir()
    with pytest.raises(TryOnError, match=message) as caught:
        find_sources(arguments, Path(output) if output else None)
    assert str(caught.value).endswith(".")
