"""Photos in and out."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageCms
from PIL.TiffImagePlugin import IFDRational

from tryon.errors import UnusablePhoto
from tryon.media import photo as photo_module
from tryon.media.lens import DIAGONAL_35MM, assumed_intrinsics
from tryon.media.photo import WRITE_SUFFIXES, encode_photo, read_photo

ORIENTATION, EXIF_IFD = 0x0112, 0x8769
Transpose = PillowImage.Transpose
# what undoes the turn that each EXIF orientation asks for
UNDO = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_270,
}


def scene(width: int = 96, height: int = 64) -> PillowImage.Image:
    """A smooth picture that no turn or mirroring leaves the same."""
    y, x = np.mgrid[:height, :width]
    red, green = 255 * x / width, 255 * y / height
    blue = 128 + 100 * np.sin(x / 9.0) * (y > height / 3)
    return PillowImage.fromarray(np.stack([red, green, blue], axis=-1).astype(np.uint8))


def encoded(picture: PillowImage.Image, name: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, name, **options)
    return buffer.getvalue()


def pixels(picture: PillowImage.Image) -> np.ndarray:
    return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["PNG", "TIFF", "WEBP"])
def test_every_exif_orientation_gives_the_same_upright_pixels(orientation: int, name: str) -> None:
    stored = scene().transpose(UNDO[orientation]) if orientation in UNDO else scene()
    exif = PillowImage.Exif()
    exif[ORIENTATION] = orientation
    lossless = {"lossless": True} if name == "WEBP" else {}
    photo = read_photo(encoded(stored, name, exif=exif, **lossless))
    np.testing.assert_array_equal(photo.image, pixels(scene()))
    assert photo.intrinsics == assumed_intrinsics(96, 64)


def test_a_jpeg_of_a_phone_comes_upright_with_its_focal_length() -> None:
    exif = PillowImage.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(EXIF_IFD)[0xA405] = 26
    photo = read_photo(encoded(scene().transpose(UNDO[6]), "JPEG", exif=exif, quality=95))
    assert photo.image.shape == (64, 96, 3)
    assert np.abs(photo.image.astype(int) - pixels(scene())).mean() < 3
    assert photo.intrinsics.fx == pytest.approx(26 * np.hypot(96, 64) / DIAGONAL_35MM)
    assert (photo.intrinsics.cx, photo.intrinsics.cy) == (48, 32)


@pytest.mark.parametrize(
    ("mode", "name", "tolerance"),
    [
        ("CMYK", "TIFF", 1),
        ("CMYK", "JPEG", 6),
        ("YCbCr", "TIFF", 4),
        ("RGBA", "PNG", 0),
        ("P", "PNG", 14),
        ("P", "GIF", 14),
        ("RGB", "AVIF", 6),
        ("RGB", "JPEG2000", 2),
        ("RGB", "BMP", 0),
    ],
)
def test_every_colour_mode_keeps_the_colours(mode: str, name: str, tolerance: float) -> None:
    converted = scene().convert(mode, palette=PillowImage.Palette.ADAPTIVE)
    read = read_photo(encoded(converted, name)).image
    assert read.dtype == np.uint8
    assert np.abs(read.astype(int) - pixels(scene())).mean() <= tolerance


def test_lab_pixels_are_converted() -> None:
    lab = ImageCms.profileToProfile(
        scene(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    read = read_photo(encoded(lab, "TIFF")).image
    assert np.abs(read.astype(int) - pixels(scene())).mean() < 3


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_sixteen_bits_of_grey_keep_their_full_range(name: str) -> None:
    grey = np.linspace(0, 65535, 96 * 64).reshape(64, 96).astype(np.uint16)
    read = read_photo(encoded(PillowImage.fromarray(grey), name)).image
    np.testing.assert_array_equal(read, np.repeat((grey // 257).astype(np.uint8)[..., None], 3, 2))
    assert read.min() == 0
    assert read.max() == 255


def test_transparency_lies_over_white() -> None:
    clear = np.zeros((40, 40, 4), np.uint8)
    clear[10:20, 10:20] = (200, 10, 30, 255)
    clear[20:30, 20:30] = (0, 0, 0, 128)
    read = read_photo(encoded(PillowImage.fromarray(clear))).image
    assert tuple(read[0, 0]) == (255, 255, 255)
    assert tuple(read[15, 15]) == (200, 10, 30)
    assert abs(int(read[25, 25, 0]) - 127) <= 1


def test_an_animation_gives_its_first_frame() -> None:
    frames = [PillowImage.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    for name in ("GIF", "WEBP", "PNG"):
        lossless = {"lossless": True} if name == "WEBP" else {}
        data = encoded(frames[0], name, save_all=True, append_images=frames[1:], **lossless)
        assert tuple(read_photo(data).image[0, 0]) == (255, 0, 0)


def test_a_profile_that_says_srgb_or_is_broken_changes_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = read_photo(encoded(scene(), icc_profile=srgb)).image
    assert np.abs(same.astype(int) - pixels(scene())).max() <= 1
    broken = read_photo(encoded(scene(), icc_profile=b"no profile at all")).image
    np.testing.assert_array_equal(broken, pixels(scene()))


JPEG = encoded(scene(600, 400), "JPEG")
BAD = {
    "empty": (b"", "empty"),
    "text": (b"Dear jeweller, please find my hand.", "not a picture"),
    "zeros": (bytes(4096), "not a picture"),
    "truncated JPEG": (JPEG[: len(JPEG) // 2], "cut off"),
    "only a JPEG's head": (JPEG[:12], "cut off"),
    "truncated PNG": (encoded(scene(600, 400))[:2000], "cut off"),
    "truncated WebP": (encoded(scene(600, 400), "WEBP")[:700], "cut off"),
    "truncated GIF": (encoded(scene(600, 400), "GIF")[:3000], "cut off"),
    "truncated TIFF": (encoded(scene(600, 400), "TIFF")[:3000], "cut off"),
    "truncated BMP": (encoded(scene(600, 400), "BMP")[:3000], "cut off"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64), "HEIC"),
    "float": (encoded(PillowImage.new("F", (32, 32), 0.5), "TIFF"), "Floating-point"),
}


@pytest.mark.parametrize("kind", BAD)
def test_an_unusable_photo_gives_one_clear_sentence(kind: str) -> None:
    data, expected = BAD[kind]
    with pytest.raises(UnusablePhoto, match=expected) as caught:
        read_photo(data)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")


def test_random_damage_gives_a_photo_or_a_sentence_and_nothing_else() -> None:
    random = np.random.default_rng(11)
    exif = PillowImage.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(EXIF_IFD)[0xA405] = 26
    names = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF", "JPEG2000")
    whole = [encoded(scene(), name, exif=exif) for name in names]
    refused = 0
    for _ in range(1500):
        data = bytearray(whole[random.integers(len(whole))])
        for place in random.integers(0, len(data), random.integers(1, 9)):
            data[place] = random.integers(256)
        try:
            assert read_photo(bytes(data)).image.shape[2] == 3
        except UnusablePhoto:
            refused += 1
    assert 100 < refused < 1500


def test_a_missing_file_and_a_folder_are_unusable_photos(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jpg", tmp_path):
        with pytest.raises(UnusablePhoto, match="cannot be read"):
            read_photo(path)


def test_a_decompression_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = encoded(PillowImage.new("1", (20_000, 15_000)))
    assert len(bomb) < 1_000_000
    with pytest.raises(UnusablePhoto, match="too large"):
        read_photo(bomb)


def test_a_photo_above_the_limit_is_halved_as_jpeg_and_refused_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photo_module, "LARGEST_PX", 600 * 400 - 1)
    monkeypatch.setattr(photo_module, "LARGEST_JPEG_PX", 600 * 400)
    halved = read_photo(JPEG)
    assert halved.image.shape == (200, 300, 3)
    assert halved.scale == 0.5
    assert halved.intrinsics == assumed_intrinsics(300, 200)
    with pytest.raises(UnusablePhoto, match="600 x 400 pixels are too large"):
        read_photo(encoded(scene(600, 400)))


@pytest.mark.parametrize("suffix", sorted(WRITE_SUFFIXES))
def test_what_is_written_reads_back_upright_and_alike(suffix: str) -> None:
    image = pixels(scene())
    data = encode_photo(image, suffix.upper())
    read = read_photo(data)
    assert np.abs(read.image.astype(int) - image).mean() < 3
    with PillowImage.open(io.BytesIO(data)) as written:
        assert not written.getexif().get(ORIENTATION)


def test_a_jpeg_keeps_the_colour_of_single_pixels() -> None:
    image = np.full((16, 16, 3), 200, np.uint8)
    image[8, 8] = (255, 40, 40)
    read = read_photo(encode_photo(image, ".jpg")).image
    assert int(read[8, 8, 0]) - int(read[8, 8, 1]) > 120


def test_an_unknown_suffix_is_refused() -> None:
    with pytest.raises(UnusablePhoto, match=r"\.xyz"):
        encode_photo(pixels(scene()), ".xyz")


def rational(value: float) -> IFDRational:
    fraction = Fraction(value).limit_denominator(1000)
    return IFDRational(fraction.numerator, fraction.denominator)


def test_focal_length_over_the_sensor_counts_when_the_equivalent_is_missing() -> None:
    exif = PillowImage.Exif()
    # 4000 x 3000 pixels on 6 x 4.5 mm, 4.5 mm lens
    exif.get_ifd(EXIF_IFD).update(
        {
            0x920A: rational(4.5),
            0xA20E: rational(400.0 / 0.6),
            0xA20F: rational(300.0 / 0.45),
            0xA210: 4,
            0xA002: 4000,
            0xA003: 3000,
        }
    )
    photo = read_photo(encoded(scene(400, 300), "JPEG", exif=exif))
    assert photo.intrinsics.fx == pytest.approx(4.5 / 6.0 * 400, rel=2e-3)


@pytest.mark.parametrize("value", [0, 1, 65535])
def test_an_absurd_focal_length_is_not_believed(value: int) -> None:
    exif = PillowImage.Exif()
    exif.get_ifd(EXIF_IFD)[0xA405] = value
    photo = read_photo(encoded(scene(), "JPEG", exif=exif))
    assert photo.intrinsics == assumed_intrinsics(96, 64)


def test_the_assumed_lens_sees_mediapipes_angle_on_an_upright_photo() -> None:
    camera = assumed_intrinsics(900, 1200)
    assert np.degrees(2 * np.arctan(600 / camera.fy)) == pytest.approx(63.0, abs=0.5)
    assert assumed_intrinsics(1200, 900).fx == camera.fx
