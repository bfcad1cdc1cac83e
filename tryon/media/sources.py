"""What the person named on the command line: pictures, folders, videos or a camera; and where
each result goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tryon.errors import TryOnError
from tryon.media import photo, video


class Kind(StrEnum):
    """What a source is."""

    PHOTO = "photo"
    VIDEO = "video"
    CAMERA = "camera"


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to read, and the file that its result goes to."""

    kind: Kind
    label: str  # its name in `--json`: the file's own, or its path below the folder named
    path: Path | None  # None: a camera
    camera: int = 0
    output: Path | None = None


def find_sources(arguments: Sequence[str], output: Path | None) -> tuple[Source, ...]:
    """Resolve the sources; folders give their pictures and videos in the order of their names.

    A file named outright is read whatever its name says; in a folder and the folders below it only
    the known suffixes count, and hidden files do not. A name of digits alone is a camera, unless
    there is such a file.

    Args:
        output: a file for one source, a folder for several or for a folder; None writes nothing.
    Raises:
        TryOnError: a folder without pictures, a result that would replace a source or another
            result, or a name that its kind cannot be written under.
    """
    found: list[Source] = []
    for argument in arguments:
        path = Path(argument)
        if path.is_dir():
            found += _inside(path, output)
        elif argument.isdecimal() and not path.exists():
            found.append(Source(Kind.CAMERA, f"camera {argument}", None, int(argument)))
        else:
            found.append(Source(_kind(path), path.name, path))
    if len(found) > 1 and any(source.kind is Kind.CAMERA for source in found):
        raise TryOnError("A camera can only be tried on alone, without other sources.")
    if output is None:
        return tuple(found)
    several = len(arguments) > 1 or Path(arguments[0]).is_dir()
    placed = _into_folder(found, output) if several else (_into_file(found[0], output),)
    _refuse_replacing(placed)
    return placed


def _kind(path: Path) -> Kind:
    return Kind.VIDEO if path.suffix.lower() in video.READ_SUFFIXES else Kind.PHOTO


def _inside(folder: Path, output: Path | None) -> list[Source]:
    """The pictures and videos in a folder, without those that an earlier run wrote below it."""
    known = photo.READ_SUFFIXES | video.READ_SUFFIXES
    results = output.resolve() if output else None
    found = []
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in below.parts)
        if hidden or path.suffix.lower() not in known or not path.is_file():
            continue
        if results and results != folder.resolve() and path.resolve().is_relative_to(results):
            continue
        found.append(Source(_kind(path), below.as_posix(), path))
    if not found:
        raise TryOnError(f"There is no picture and no video in {folder}.")
    return found


def _into_file(source: Source, output: Path) -> Source:
    if output.is_dir():
        return _named(source, output / _writable_name(source))
    suffixes = photo.WRITE_SUFFIXES if source.kind is Kind.PHOTO else video.WRITE_SUFFIXES
    if output.suffix.lower() not in suffixes:
        what = "picture" if source.kind is Kind.PHOTO else "video"
        known = ", ".join(sorted(suffixes))
        raise TryOnError(f"A {what} cannot be written as {output.name}; end its name in {known}.")
    if not output.absolute().parent.is_dir():
        raise TryOnError(f"There is no folder {output.parent}: make it first.")
    return _named(source, output)


def _into_folder(found: Sequence[Source], output: Path) -> tuple[Source, ...]:
    if output.exists() and not output.is_dir():
        raise TryOnError(f"{output} is a file: several results need a folder.")
    return tuple(_named(source, output / _writable_name(source)) for source in found)


def _writable_name(source: Source) -> str:
    """The source's own name, with a suffix added where its kind of file is only read."""
    suffix = Path(source.label).suffix.lower()
    if source.kind is Kind.PHOTO:
        return source.label if suffix in photo.WRITE_SUFFIXES else f"{source.label}.png"
    return source.label if suffix in video.WRITE_SUFFIXES else f"{source.label}.mp4"


def _named(source: Source, output: Path) -> Source:
    return Source(source.kind, source.label, source.path, source.camera, output)


def _refuse_replacing(sources: Sequence[Source]) -> None:
    originals = {source.path.resolve() for source in sources if source.path}
    taken: dict[Path, Source] = {}
    for source in sources:
        if source.output is None:
            continue
        target = source.output.resolve()
        if target in originals:
            raise TryOnError(f"The result would replace {source.output}: choose another place.")
        if target in taken:
            raise TryOnError(
                f"{taken[target].path} and {source.path} would both become {source.output}: "
                "try them on one after the other."
            )
        taken[target] = source
