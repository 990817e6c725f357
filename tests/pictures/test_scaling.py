"""What is published: scaled, upright, in sRGB, without anything that tells on the photographer."""

from __future__ import annotations

import io

import pytest
from picture_files import camera_jpeg, drawing, encoded, photo
from PIL import Image, ImageCms

from newsletter.commands.assets_scaling import published_name, published_width, scale
from newsletter.corpus.pictures import measure

NAME = "corpus/a/images/hall.jpg"


def published(content: bytes, shown: int) -> Image.Image:
    measured = measure(content, NAME)
    return Image.open(io.BytesIO(scale(measured, published_width(measured, shown))))


@pytest.mark.parametrize(("width", "pixels"), [(3000, 1072), (1072, 1072), (800, 800), (120, 120)])
def test_twice_the_pixels_of_the_width_shown_and_never_more_than_there_are(width, pixels):
    image = published(encoded(photo(width, width * 2 // 3), "JPEG"), 536)
    assert image.size == (pixels, round(pixels * (width * 2 // 3) / width))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_taken_on_its_side_is_turned_upright(orientation):
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the turn that the camera's note asks to undo
    upright = drawing(600, 400)
    seen = upright if orientation == 1 else upright.transpose(Image.Transpose(back[orientation]))
    image = published(camera_jpeg(seen, orientation), 150).convert("RGB")
    assert image.size == (300, 200)
    red, blue = image.getpixel((20, 100)), image.getpixel((280, 100))
    assert red[0] > 150 > red[2]
    assert blue[2] > 150 > blue[0]


@pytest.mark.parametrize("width", [2000, 500])
def test_nothing_of_the_camera_is_left(width):
    measured = measure(camera_jpeg(photo(width, 400), 6), NAME)
    made = scale(measured, published_width(measured, 300))
    image = Image.open(io.BytesIO(made))
    assert dict(image.getexif()) == {}
    assert "comment" not in image.info
    assert b"Maker of secrets" not in made
    assert b"Exif" not in made
    assert b"who took it" not in made


def test_text_and_profile_of_a_png_are_left_out():
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "somebody")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010F] = "Maker of secrets"
    content = encoded(drawing(), "PNG", pnginfo=notes, icc_profile=profile, exif=exif)
    for shown in (400, 100):
        measured = measure(content, NAME)
        made = scale(measured, published_width(measured, shown))
        chunks = [kind for kind in (b"tEXt", b"iTXt", b"zTXt", b"iCCP", b"eXIf") if kind in made]
        assert chunks == []


def test_the_same_file_gives_the_same_bytes():
    for content in (camera_jpeg(photo(1600, 900)), encoded(drawing(1600, 900), "PNG")):
        measured = measure(content, NAME)
        assert scale(measured, 800) == scale(measured, 800)


def test_colours_of_print_become_those_of_screens():
    image = published(encoded(drawing(600, 400).convert("CMYK"), "JPEG"), 100)
    assert image.mode == "RGB"
    red = image.getpixel((10, 60))
    assert red[0] > 150 > red[2]


def test_a_profile_that_cannot_be_read_is_passed_over():
    image = published(encoded(drawing(), "PNG", icc_profile=b"not a profile"), 100)
    assert image.convert("RGB").getpixel((10, 60))[0] > 150


def test_colours_of_another_space_look_as_they_did_there():
    """A profile by which red means what sRGB calls blue."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    for kind, options in (("PNG", {}), ("JPEG", {"quality": 95})):
        image = published(encoded(drawing(), kind, icc_profile=swapped, **options), 100).convert("RGB")
        left, right = image.getpixel((10, 60)), image.getpixel((190, 60))
        assert left[2] > 150 > left[0]
        assert right[0] > 150 > right[2]


def test_transparency_stays():
    image = drawing().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    assert published(encoded(image, "PNG"), 100).mode == "RGBA"
    few = drawing().quantize(8)
    small = published(encoded(few, "PNG", transparency=few.getpixel((1, 1))), 100).convert("RGBA")
    assert small.getpixel((10, 60))[3] == 0
    assert small.getpixel((190, 60))[3] > 250


def test_a_drawing_of_few_colours_stays_light():
    image = published(encoded(drawing(1600, 900).quantize(8), "PNG"), 400)
    assert (image.format, image.mode) == ("PNG", "P")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB", "RGBA"])
def test_every_kind_of_png_is_scaled(mode):
    source = drawing(800, 600).convert("L").convert("I;16") if mode == "I;16" else drawing(800, 600).convert(mode)
    assert published(encoded(source, "PNG"), 100).size == (200, 150)


def test_sixteen_bits_of_grey_keep_their_brightness():
    source = Image.new("I;16", (400, 300), 0x8000)
    assert abs(published(encoded(source, "PNG"), 100).convert("L").getpixel((5, 5)) - 128) <= 1


def test_animations_stay_as_they_are():
    content = encoded(drawing(), "GIF", save_all=True, append_images=[photo(400, 300)])
    measured = measure(content, NAME)
    assert scale(measured, published_width(measured, 100)) == content
    assert published_name(measured, "a", 400)[0].endswith(".gif")


def test_a_still_gif_becomes_a_png():
    measured = measure(encoded(drawing(), "GIF"), NAME)
    assert published_name(measured, "a", 200)[1] == "image/png"
    assert Image.open(io.BytesIO(scale(measured, 200))).format == "PNG"


def test_the_name_changes_with_the_picture_and_its_width_only():
    one, other = (measure(encoded(drawing(400 + at, 300), "PNG"), NAME) for at in (0, 1))
    names = {published_name(measured, "hall", pixels)[0] for measured in (one, other) for pixels in (200, 300)}
    assert len(names) == 4
    assert published_name(one, "hall", 200) == published_name(measure(one.content, "elsewhere.png"), "hall", 200)


def test_a_photograph_weighs_little():
    measured = measure(camera_jpeg(photo(3000, 2000)), NAME)
    assert len(scale(measured, 1072)) < len(measured.content) / 4
