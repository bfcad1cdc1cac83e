"""Turned squares of an image: what a net looks at, and its answers back in the image.

A square's corners lie on the centres of the image's pixels and the crop's first sample on the
corner, as MediaPipe's ImageToTensorCalculator has it on the CPU: the nets' points, counted in
shares of the square, then mean the same pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from models3d.frames import Array, Image


@dataclass(frozen=True, slots=True)
class Region:
    """A turned square of an image."""

    x_px: float  # of its centre
    y_px: float
    side_px: float
    rotation: float  # radians, clockwise in the image

    @staticmethod
    def whole(image: Image) -> Region:
        """The upright square about the whole image, which it overlaps on two sides."""
        height, width = image.shape[:2]
        return Region(width / 2.0, height / 2.0, float(max(width, height)), 0.0)

    def crop(self, image: Image, samples: int, *, black_beyond: bool = False) -> Image:
        """The square sampled from the image.

        Args:
            samples: along each side.
            black_beyond: what lies beyond the image is black; otherwise its border goes on.
        """
        step = self.side_px / samples
        cos, sin = step * np.cos(self.rotation), step * np.sin(self.rotation)
        along = np.arange(samples) - samples / 2.0
        x = (self.x_px + cos * along).astype(np.float32) - (sin * along).astype(np.float32)[:, None]
        y = (self.y_px + sin * along).astype(np.float32) + (cos * along).astype(np.float32)[:, None]
        # Samples lie on 1/32 px, as MediaPipe's OpenCV rounds them. A newer warpAffine is exact: it
        # differs by one grey level in one sample of fifty, which moves some hands by 0.8 px.
        whole, part = cv2.convertMaps(x, y, cv2.CV_16SC2)
        border = cv2.BORDER_CONSTANT if black_beyond else cv2.BORDER_REPLICATE
        return np.asarray(
            cv2.remap(image, whole, part, cv2.INTER_LINEAR, borderMode=border), np.uint8
        )

    def mean_crop(self, image: Image, samples: int) -> Image:
        """The square, each sample the mean of what it covers: for regions far larger than a net.

        Args:
            samples: along each side.
        """
        finer = int(np.ceil(self.side_px / samples))
        if finer <= 1:
            return self.crop(image, samples)
        # the mean of a cell lies half a cell past its first sample, which is where `crop` has it
        share = 0.5 * (finer - 1) / finer / samples
        x, y = self.in_image(np.array([0.5 - share, 0.5 - share]))
        fine = replace(self, x_px=float(x), y_px=float(y)).crop(image, samples * finer)
        small = cv2.resize(fine, (samples, samples), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)

    def in_image(self, shares: Array) -> Array:
        """Points of the square as pixels of the image.

        Args:
            shares: (..., 2) of the square's sides, from its top left corner.
        """
        offsets = turned(np.asarray(shares, float) - 0.5, self.rotation) * self.side_px
        return np.asarray(offsets + np.array([self.x_px, self.y_px]))

    @property
    def upright_box(self) -> Array:
        """(2, 2) corners of the square as if it were not turned; for comparing regions."""
        center = np.array([self.x_px, self.y_px])
        return np.array([center - self.side_px / 2.0, center + self.side_px / 2.0])


def turned(vectors: Array, angle: float) -> Array:
    """(..., 2) vectors of the image, turned clockwise by `angle` radians."""
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = vectors[..., 0], vectors[..., 1]
    return np.asarray(np.stack((x * cos - y * sin, x * sin + y * cos), axis=-1))


def region_about(
    center_px: Array,
    size_px: Array,
    rotation: float,
    *,
    scale: float,
    shift_down: float = 0.0,
) -> Region:
    """The square about a turned rectangle (MediaPipe's RectTransformationCalculator).

    Args:
        center_px: (2,) of the rectangle.
        size_px: (2,) its width and height.
        rotation: radians, clockwise in the image.
        scale: sides of the square, long sides of the rectangle.
        shift_down: heights of the rectangle by which the square moves along its own down.
    """
    moved = center_px + turned(np.array([0.0, shift_down * size_px[1]]), rotation)
    return Region(float(moved[0]), float(moved[1]), scale * float(max(size_px)), rotation)


def bounding_rectangle(points_px: Array, rotation: float) -> tuple[Array, Array]:
    """Centre and size (2,), (2,) of the rectangle about points, turned by `rotation` radians."""
    level = turned(points_px, -rotation)
    low, high = level.min(axis=0), level.max(axis=0)
    return turned((low + high) / 2.0, rotation), high - low


def wrapped(angle: float) -> float:
    """The angle within half a turn of zero, radians."""
    return float(angle - 2.0 * np.pi * np.floor((angle + np.pi) / (2.0 * np.pi)))
