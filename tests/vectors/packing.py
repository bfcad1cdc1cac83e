"""Golden vectors in few bytes: pictures as PNG, long arrays of numbers as compressed integers.

A packed array is a string. `#k,s,…`: whole numbers, to be divided by ten to the power of k, each
less the one s before it, its sign in the lowest bit. `#f,…`: single precision. What follows is
base64 of zlib of their four bytes, all lowest first, then the next. `replay.js` reads the same.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array

LEAST = 16  # numbers, for an array to be packed
DECIMALS = 7  # at most, of whole numbers
STRIDES = (1, 2, 3)  # of points in a row, in the plane, in space

Words = NDArray[np.uint32]


def packed(value: Any, *, exact: bool = True) -> Any:
    """The same with every picture and every long array packed.

    Args:
        exact: numbers keep every digit; what a case gives need not.
    """
    if isinstance(value, dict):
        if "pixels" in value:
            return {"png": _png(value)}
        return {key: packed(each, exact=exact and key != "gives") for key, each in value.items()}
    if not isinstance(value, list):
        return value
    if len(value) < LEAST or not all(type(each) in (int, float) for each in value):
        return [packed(each, exact=exact) for each in value]
    numbers = np.array(value, np.float64)
    whole = _whole(numbers)
    if whole is not None:
        return whole
    return value if exact else f"#f,{_squeezed(numbers.astype(np.float32).view(np.uint32))}"


def unpacked(value: Any) -> Any:
    """What `packed` was given, its numbers to the digits that were kept."""
    if isinstance(value, dict):
        return (
            _pixels(value["png"]) if "png" in value else {k: unpacked(v) for k, v in value.items()}
        )
    if isinstance(value, list):
        return [unpacked(each) for each in value]
    if not isinstance(value, str) or not value.startswith("#"):
        return value
    kind, *stride, text = value[1:].split(",")
    words = _words(text)
    if kind == "f":
        return words.view(np.float32).astype(np.float64).tolist()
    steps = (words >> 1).astype(np.int64) ^ -(words & 1).astype(np.int64)
    for k in range(int(stride[0])):
        steps[k :: int(stride[0])] = np.cumsum(steps[k :: int(stride[0])])
    return (steps / 10.0 ** int(kind)).tolist()


def _whole(numbers: Array) -> str | None:
    """Numbers of few decimals; None where they have many, or are large."""
    if not np.isfinite(numbers).all():
        return None
    for decimals in range(DECIMALS + 1):
        whole = np.rint(numbers * 10.0**decimals)
        if np.abs(whole).max() >= 1 << 29:
            return None
        if np.array_equal(whole / 10.0**decimals, numbers):
            break
    else:
        return None
    texts = []
    for stride in STRIDES:
        steps = whole.astype(np.int64)
        steps[stride:] -= whole.astype(np.int64)[:-stride]
        words = np.where(steps < 0, -2 * steps - 1, 2 * steps).astype(np.uint32)
        texts.append(f"#{decimals},{stride},{_squeezed(words)}")
    return min(texts, key=len)


def _squeezed(words: Words) -> str:
    planes = words.astype("<u4").view(np.uint8).reshape(-1, 4).T.tobytes()
    return b64encode(zlib.compress(planes, 9)).decode()


def _words(text: str) -> Words:
    planes = np.frombuffer(zlib.decompress(b64decode(text)), np.uint8).reshape(4, -1)
    return np.ascontiguousarray(planes.T).view("<u4")[:, 0].astype(np.uint32)


def _png(picture: dict[str, Any]) -> str:
    shape = picture["height"], picture["width"], picture["channels"]
    pixels = np.frombuffer(picture["pixels"], np.uint8).reshape(shape)
    done, data = cv2.imencode(".png", pixels[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if not done:
        raise ValueError(f"no PNG is made of a picture of {shape}")
    return b64encode(data.tobytes()).decode()


def _pixels(png: str) -> dict[str, Any]:
    read = cv2.imdecode(np.frombuffer(b64decode(png), np.uint8), cv2.IMREAD_UNCHANGED)
    if read is None:
        raise ValueError("a golden picture is no PNG")
    pixels = read.reshape(*read.shape[:2], -1)[..., ::-1]
    height, width, channels = pixels.shape
    held = {"width": width, "height": height, "channels": channels}
    return {**held, "pixels": pixels.tobytes()}
