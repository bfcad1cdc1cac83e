"""WOFF 1.0 files unpacked to the OpenType that they wrap (W3C Recommendation, 2012)."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"wOFF"
HEADER = struct.Struct(">4s4sLHHLHHLLLLL")
ENTRY = struct.Struct(">4sLLLL")  # tag, offset, packed length, length, checksum
SFNT_HEADER = struct.Struct(">4sHHHH")
SFNT_ENTRY = struct.Struct(">4sLLL")  # tag, checksum, offset, length
GREATEST = 64 << 20  # bytes of an unpacked font


def opentype(data: bytes) -> bytes:
    """The font inside a WOFF file.

    Raises:
        ValueError: it is not a WOFF file, or cut short.
    """
    if len(data) < HEADER.size or not data.startswith(SIGNATURE):
        raise ValueError("not a WOFF file")
    _, flavor, _, count, _, size, *_ = HEADER.unpack_from(data)
    if size > GREATEST or len(data) < HEADER.size + count * ENTRY.size:
        raise ValueError("the WOFF file is cut short or too large")
    tables, directory = [], []
    offset = SFNT_HEADER.size + count * SFNT_ENTRY.size
    for at in range(count):
        tag, start, packed, length, checksum = ENTRY.unpack_from(
            data, HEADER.size + at * ENTRY.size
        )
        table = data[start : start + packed]
        if packed < length:
            try:
                table = zlib.decompress(table)
            except zlib.error as error:
                raise ValueError(f"table {tag!r}: {error}") from error
        if len(table) != length:
            raise ValueError(f"table {tag!r} is cut short")
        directory.append(SFNT_ENTRY.pack(tag, checksum, offset, length))
        tables.append(table + b"\0" * (-length % 4))
        offset += len(tables[-1])
    power = max(count, 1).bit_length() - 1
    search = 16 << power
    header = SFNT_HEADER.pack(flavor, count, search, power, 16 * count - search)
    return b"".join([header, *directory, *tables])
