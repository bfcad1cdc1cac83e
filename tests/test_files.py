"""A file is written whole or not at all."""

from pathlib import Path

import pytest

from models3d.files import NotWritable, write_whole


def test_a_file_replaces_the_one_before_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "ring.glb", b"first, and longer")
    write_whole(tmp_path / "ring.glb", b"second")
    assert (tmp_path / "ring.glb").read_bytes() == b"second"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "ring.glb").mkdir()
    with pytest.raises(NotWritable, match="cannot be written"):
        write_whole(tmp_path / "ring.glb", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["ring.glb"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="nowhere"):
        write_whole(tmp_path / "nowhere" / "ring.glb", b"x")
