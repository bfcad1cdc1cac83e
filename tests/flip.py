"""FLIP for pictures in sRGB: how different two look when one flips between them.

Andersson, Nilsson, Akenine-Moeller, Oskarsson, Astrom and Fairchild, "FLIP: A Difference Evaluator
for Alternating Images", HPG 2020, at the paper's viewing conditions.
"""

import cv2
import numpy as np

from models3d.frames import Array

PIXELS_PER_DEGREE = 0.7 * 3840 / 0.7 * np.pi / 180.0
XYZ_FROM_LINEAR = np.array(
    [
        [10135552 / 24577794, 8788810 / 24577794, 4435075 / 24577794],
        [2613072 / 12288897, 8788810 / 12288897, 887015 / 12288897],
        [1425312 / 73733382, 8788810 / 73733382, 70074185 / 73733382],
    ]
)
WHITE = XYZ_FROM_LINEAR.sum(axis=1)
CONTRAST = {  # a1, b1, a2, b2 of each opponent channel
    0: (1.0, 0.0047, 0.0, 1e-5),
    1: (1.0, 0.0053, 0.0, 1e-5),
    2: (34.1, 0.04, 13.5, 0.025),
}
EXPONENT, KNEE, KNEE_ERROR = 0.7, 0.4, 0.95
FEATURE_WIDTH, FEATURE_EXPONENT = 0.082, 0.5


def _opponent(linear: Array) -> Array:
    x, y, z = np.moveaxis(linear @ XYZ_FROM_LINEAR.T / WHITE, -1, 0)
    return np.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], axis=-1)


def _linear_of(opponent: Array) -> Array:
    luminance, cx, cz = np.moveaxis(opponent, -1, 0)
    y = (luminance + 16.0) / 116.0
    xyz = np.stack([y + cx / 500.0, y, y - cz / 200.0], axis=-1)
    return xyz * WHITE @ np.linalg.inv(XYZ_FROM_LINEAR).T


def _lab(linear: Array) -> Array:
    """CIELAB with Hunt's effect: dark colours are less colourful."""
    ratio = linear @ XYZ_FROM_LINEAR.T / WHITE
    delta = 6.0 / 29.0
    curved = np.where(ratio > delta**3, np.cbrt(ratio), ratio / (3 * delta**2) + 4.0 / 29.0)
    x, y, z = np.moveaxis(curved, -1, 0)
    lightness = 116.0 * y - 16.0
    return np.stack(
        [lightness, 0.01 * lightness * 500.0 * (x - y), 0.01 * lightness * 200.0 * (y - z)], axis=-1
    )


def _distance(a: Array, b: Array) -> Array:
    d = a - b
    return np.abs(d[..., 0]) + np.hypot(d[..., 1], d[..., 2])


def _filtered(opponent: Array) -> Array:
    reach = int(np.ceil(3.0 * np.sqrt(0.04 / (2.0 * np.pi**2)) * PIXELS_PER_DEGREE))
    x, y = np.meshgrid(*[np.arange(-reach, reach + 1)] * 2)
    z2 = (x * x + y * y) / PIXELS_PER_DEGREE**2
    found = []
    for channel, (a1, b1, a2, b2) in CONTRAST.items():
        kernel = a1 * np.sqrt(np.pi / b1) * np.exp(-(np.pi**2) * z2 / b1)
        kernel += a2 * np.sqrt(np.pi / b2) * np.exp(-(np.pi**2) * z2 / b2)
        found.append(_convolved(opponent[..., channel], kernel / kernel.sum()))
    return np.stack(found, axis=-1)


def _convolved(image: Array, kernel: Array) -> Array:
    return cv2.filter2D(image, cv2.CV_64F, kernel, borderType=cv2.BORDER_REPLICATE)


def _features(luminance: Array, point: bool) -> Array:
    sigma = 0.5 * FEATURE_WIDTH * PIXELS_PER_DEGREE
    reach = int(np.ceil(3.0 * sigma))
    x, y = np.meshgrid(*[np.arange(-reach, reach + 1)] * 2)
    bell = np.exp(-(x * x + y * y) / (2.0 * sigma**2))
    kernel = (x * x / sigma**2 - 1.0) * bell if point else -x * bell
    low, high = -kernel[kernel < 0].sum(), kernel[kernel > 0].sum()
    kernel = np.where(kernel < 0, kernel / low, kernel / high)
    return np.hypot(_convolved(luminance, kernel), _convolved(luminance, kernel.T))


def flip(reference: Array, test: Array) -> Array:
    """The difference of two pictures (h, w, 3) sRGB 0..1: (h, w) from 0 to 1."""
    linear = [
        np.where(p <= 0.04045, p / 12.92, ((p + 0.055) / 1.055) ** 2.4) for p in (reference, test)
    ]
    opponent = [_opponent(picture) for picture in linear]
    seen = [_lab(np.clip(_linear_of(_filtered(picture)), 0.0, 1.0)) for picture in opponent]
    green, blue = _lab(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    most = _distance(green, blue) ** EXPONENT
    error = _distance(*seen) ** EXPONENT
    knee = KNEE * most
    color = np.where(
        error < knee,
        KNEE_ERROR / knee * error,
        KNEE_ERROR + (error - knee) / (most - knee) * (1.0 - KNEE_ERROR),
    )
    grey = [(picture[..., 0] + 16.0) / 116.0 for picture in opponent]
    change = [np.abs(_features(grey[0], p) - _features(grey[1], p)) for p in (False, True)]
    feature = (np.maximum(*change) / np.sqrt(2.0)) ** FEATURE_EXPONENT
    return np.asarray(color ** (1.0 - feature))
