"""A picture is measured as it is to be seen; what cannot be shown is refused with what to do."""

from __future__ import annotations

import io
import random
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_files import camera_jpeg, drawing, encoded, photo
from PIL import Image

from newsletter.commands.assets_scaling import published_width, scale
from newsletter.corpus.pictures import MAX_PIXELS, UnusablePicture, measure

NAME = "corpus/a/images/hall.jpg"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_format_and_size_come_from_the_content_not_from_the_name(kind):
    measured = measure(encoded(drawing(320, 200), kind), "corpus/a/images/hall.webp")
    assert (measured.format, measured.width, measured.height, measured.animated) == (kind, 320, 200, False)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_taken_on_its_side_is_measured_upright(orientation):
    measured = measure(camera_jpeg(drawing(320, 200), orientation), NAME)
    assert (measured.width, measured.height) == ((320, 200) if orientation < 5 else (200, 320))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_means_nothing_turns_nothing(orientation):
    assert measure(camera_jpeg(drawing(320, 200), orientation), NAME).width == 320


def test_a_png_on_its_side():
    exif = Image.Exif()
    exif[0x0112] = 6
    measured = measure(encoded(drawing(320, 200), "PNG", exif=exif), NAME)
    assert (measured.width, measured.height) == (200, 320)
    image = Image.open(io.BytesIO(scale(measured, 200)))
    assert image.size == (200, 320)
    assert image.getpixel((100, 10))[0] > 150, "what was left is at the top"


def test_several_pictures_in_one_jpeg_are_the_first():
    content = encoded(photo(320, 200), "MPO", save_all=True, append_images=[drawing(320, 200)])
    assert measure(content, NAME).format == "JPEG"


def test_an_animation_is_known():
    content = encoded(drawing(), "GIF", save_all=True, append_images=[photo(400, 300)])
    assert measure(content, NAME).animated


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "hall.jpg is empty"),
        (b"hello", "is not a picture"),
        (b"<!doctype html><p>404", "is not a picture"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG drawing: Gmail"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "WebP picture: Outlook"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "AVIF"),
        (b"\0\0\0\x1cftypheic\0\0\0\0", "HEIC picture of a telephone"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"%PDF-1.7", "PDF document"),
        (b"BM\x36\0\0\0", "BMP"),
    ],
)
def test_what_mail_clients_do_not_show_is_named(content, words):
    with pytest.raises(UnusablePicture, match=words) as refused:
        measure(content, NAME)
    assert refused.value.hint


def bomb(width: int, height: int) -> bytes:
    """A PNG of some 60 bytes that says how large it is, and nothing else."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 12_000, 20_000, 2**31 - 1])
def test_a_decompression_bomb_is_refused_by_what_it_claims(side):
    assert side * side > MAX_PIXELS
    with pytest.raises(UnusablePicture, match="million pixels"):
        measure(bomb(side, side), NAME)


def test_as_many_pixels_as_are_allowed_are_measured():
    assert measure(bomb(7_500, 8_000), NAME).width == 7_500


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_file_cut_off_is_damaged(kind):
    content = encoded(photo(640, 400), kind)
    with pytest.raises(UnusablePicture, match="damaged"):
        scale(measure(content[: len(content) // 2], NAME), 200)


SEEDS = [
    camera_jpeg(photo(90, 60), 6),
    encoded(photo(90, 60), "JPEG", progressive=True),
    encoded(photo(90, 60), "PNG"),
    encoded(drawing(90, 60).quantize(16), "PNG", transparency=3),
    encoded(drawing(90, 60), "GIF"),
    encoded(drawing(90, 60), "GIF", save_all=True, append_images=[photo(90, 60)]),
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 2**32), st.integers(1, 9), st.floats(0.1, 1.0))
def test_damage_of_any_kind_is_a_refusal_never_a_crash(content, seed, changes, kept):
    chance = random.Random(seed)
    damaged = bytearray(content)
    for _ in range(changes):
        damaged[chance.randrange(min(len(damaged), chance.choice((40, 700, 10**6))))] = chance.randrange(256)
    del damaged[int(len(damaged) * kept) + 1 :]
    with suppress(UnusablePicture):
        measured = measure(bytes(damaged), NAME)
        assert scale(measured, published_width(measured, 20))
