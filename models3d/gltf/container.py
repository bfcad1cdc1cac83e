"""Bytes of a glTF file: the GLB container, its JSON, and the files and data URIs it names.

Everything here comes from outside: sizes and nesting are bounded, and a URI reaches nothing but
files in the model's own folder.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote

from models3d.errors import ModelError

LARGEST_FILE = 256 * 2**20  # bytes
LARGEST_JSON = 1_000_000  # values
DEEPEST_JSON = 64  # levels
CHUNK_JSON, CHUNK_BINARY = 0x4E4F534A, 0x004E4942
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def read_file(path: Path) -> bytes:
    """The bytes of a regular file.

    Raises:
        ModelError: there is no such file, it cannot be read, or it is too large.
    """
    try:
        if not path.is_file():
            raise ModelError(f"{path.name} is missing" if not path.exists() else "not a file")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ModelError(
                f"{path.name} has {size / 2**20:.0f} MB; at most {LARGEST_FILE / 2**20:.0f} MB"
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise ModelError(f"{path.name} cannot be read: {error}") from error


def split(data: bytes) -> tuple[bytes, bytes | None]:
    """The JSON and, of a GLB that has one, the binary chunk.

    Raises:
        ModelError: neither GLB nor JSON, or a GLB whose chunks do not fit.
    """
    if data[:4] == b"glTF":
        return _split_glb(data)
    if data.lstrip(b" \t\r\n")[:1] == b"{":
        return data, None
    raise ModelError("not a glTF file: it starts neither with 'glTF' nor with a JSON object")


def _split_glb(data: bytes) -> tuple[bytes, bytes | None]:
    if len(data) < 12:
        raise ModelError(f"truncated: a GLB header has 12 bytes, this file {len(data)}")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise ModelError(f"GLB version {version} is not supported, only 2")
    if len(data) < 20:
        raise ModelError(f"truncated: a GLB has at least 20 bytes, this file {len(data)}")
    if length != len(data):
        what = "truncated or cut off: " if length > len(data) else ""
        raise ModelError(f"{what}the header says {length} bytes, the file has {len(data)}")
    chunks: list[tuple[int, bytes]] = []
    at = 12
    while at < length:
        if at + 8 > length:
            raise ModelError(f"truncated: chunk {len(chunks)} ends within its header")
        size, kind = struct.unpack_from("<II", data, at)
        if size % 4:
            raise ModelError(f"chunk {len(chunks)} has {size} bytes, not a multiple of 4")
        if at + 8 + size > length:
            raise ModelError(f"truncated: chunk {len(chunks)} goes beyond the end of the file")
        chunks.append((kind, data[at + 8 : at + 8 + size]))
        at += 8 + size
    kinds = [kind for kind, _ in chunks]
    if kinds[0] != CHUNK_JSON:
        raise ModelError("the first chunk of the GLB is not JSON")
    if kinds.count(CHUNK_JSON) > 1:
        raise ModelError("the GLB has two JSON chunks")
    if CHUNK_BINARY in kinds[2:]:
        raise ModelError("the binary chunk of the GLB is not its second chunk")
    return chunks[0][1], chunks[1][1] if kinds[1:2] == [CHUNK_BINARY] else None


def parse_json(data: bytes) -> dict[str, Any]:
    """The JSON object of the file, free of NaN and not nested too deeply.

    Raises:
        ModelError: it is not a JSON object, or it is out of bounds.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        raise ModelError("the JSON starts with a byte order mark, which glTF forbids")
    if sum(data.count(mark) for mark in (b",", b"{", b"[")) > LARGEST_JSON:
        raise ModelError(f"the JSON has more than {LARGEST_JSON:,} values")
    try:
        document = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ModelError(f"the JSON is not UTF-8: {error.reason} at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise ModelError(
            f"the JSON is broken: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from error
    except ValueError as error:
        raise ModelError("the JSON is broken: a number has too many digits") from error
    except RecursionError as error:
        raise ModelError(f"the JSON is nested deeper than {DEEPEST_JSON} levels") from error
    if not isinstance(document, dict):
        raise ModelError("the JSON is not an object")
    level: list[Any] = [document]
    for _ in range(DEEPEST_JSON):
        level = [
            child
            for value in level
            for child in (value.values() if isinstance(value, dict) else value)
            if isinstance(child, dict | list)
        ]
    if level:
        raise ModelError(f"the JSON is nested deeper than {DEEPEST_JSON} levels")
    return document


def _no_constant(name: str) -> NoReturn:
    raise ModelError(f"the JSON is broken: {name} is not a number")


def fetch(uri: str, folder: Path, mime_types: Sequence[str]) -> bytes:
    """The bytes a URI names: a data URI of one of these types, or a file within the folder.

    Raises:
        ModelError: another scheme, a path out of the folder, a missing file, broken base64.
    """
    if uri.startswith("data:"):
        return _decode_data_uri(uri, mime_types)
    shown = uri if len(uri) <= 80 else uri[:77] + "..."
    if SCHEME.match(uri) or uri.startswith(("/", "\\")):
        raise ModelError(f"{shown!r} is refused: only files beside the model are read")
    try:
        name = unquote(uri, errors="strict")
        path = (folder / name).resolve()
        within = path.is_relative_to(folder.resolve())
    except (ValueError, OSError, RuntimeError) as error:
        raise ModelError(f"{shown!r} is not a file name: {error}") from error
    if not within or "\\" in name or SCHEME.match(name):
        raise ModelError(f"{shown!r} is refused: it leads out of the model's folder")
    return read_file(path)


def _decode_data_uri(uri: str, mime_types: Sequence[str]) -> bytes:
    header, comma, payload = uri[5:].partition(",")
    mime_type, *parameters = header.split(";")
    if not comma or "base64" not in parameters:
        raise ModelError("a data URI is not base64")
    if mime_type not in mime_types:
        raise ModelError(f"a data URI is {mime_type[:60]!r}, expected {' or '.join(mime_types)}")
    try:
        return base64.b64decode(payload, validate=True)
    except binascii.Error as error:
        raise ModelError(f"a data URI is broken: {error}") from error
