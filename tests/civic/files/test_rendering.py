# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures are drawn again: upright, in sRGB, nothing but pixels; no decoder's trouble gets out."""

from io import BytesIO

import pytest
from PIL import Image

from civic.adapters.pictures import Unreadable, render
from tests.civic.files import samples

SECRETS = (b"SECRET", b"Exif", b"GPS", b"ICC", b"XMP", b"http://ns.adobe.com", b"tEXt")


def opened(rendition):
    return Image.open(BytesIO(rendition.content))


def near(pixel, colour, distance=12):
    return all(abs(a - b) <= distance for a, b in zip(pixel, colour, strict=False))


def test_sizes_and_formats():
    found = render(samples.picture("JPEG", (4000, 3000)))
    assert (found.width, found.height) == (1600, 1200)
    assert [one.name for one in found.renditions] == [
        *("480.webp", "480.jpg", "960.webp", "960.jpg", "1600.webp", "1600.jpg")
    ]
    for one in found.renditions:
        image = opened(one)
        assert image.size == (one.width, one.height)
        assert image.format == {"image/webp": "WEBP", "image/jpeg": "JPEG"}[one.media_type]


@pytest.mark.parametrize(
    "size, widths, tallest",
    [((300, 200), [300], 200), ((960, 700), [480, 960], 700), ((900, 9000), [240], 2400), ((1, 1), [1], 1), ((5000, 1), [480, 960, 1600], 1)],
)  # fmt: skip
def test_small_and_odd_ones_are_never_made_larger(size, widths, tallest):
    found = render(samples.picture("PNG", size))
    assert [one.width for one in found.renditions if one.media_type == "image/webp"] == widths
    assert found.height == tallest


def test_place_camera_comment_and_thumbnail_are_gone_and_it_stands_upright():
    source = samples.with_place(orientation=6)
    assert b"SECRETCAM" in source
    found = render(source)
    assert (found.width, found.height) == (800, 1200)
    for one in found.renditions:
        image = opened(one)
        assert not any(secret in one.content for secret in SECRETS)
        assert not dict(image.getexif())
        assert not {"exif", "xmp", "comment", "icc_profile"} & set(image.info)
        top, bottom = image.convert("RGB").getpixel((one.width // 2, 5)), image.convert("RGB").getpixel((5, one.height - 5))  # fmt: skip
        assert near(top, (200, 30, 30))
        assert near(bottom, (30, 30, 200))


def test_profiles_and_texts_are_gone():
    for one in render(samples.with_profile()).renditions:
        assert not any(secret in one.content for secret in SECRETS)
        assert near(opened(one).convert("RGB").getpixel((5, 5)), (30, 90, 160))


def test_colours_of_print_become_those_of_screens():
    for one in render(samples.cmyk()).renditions:
        image = opened(one)
        assert image.mode == "RGB"
        assert near(image.getpixel((5, 5)), (255, 0, 0), 30)


def test_sixteen_bits_become_eight():
    for one in render(samples.sixteen_bits()).renditions:
        assert near(opened(one).convert("RGB").getpixel((5, 5)), (156, 156, 156))


def test_transparency_is_kept_where_the_format_can_and_white_elsewhere():
    webp, jpeg = render(samples.palette_with_transparency()).renditions[-2:]
    assert opened(webp).convert("RGBA").getpixel((5, 5))[3] == 0
    assert near(opened(jpeg).getpixel((5, 5)), (255, 255, 255))
    assert near(opened(jpeg).getpixel((690, 5)), (0, 255, 0))


@pytest.mark.parametrize("format", ["WEBP", "PNG"])
def test_of_a_moving_picture_the_first_image_is_kept(format):
    for one in render(samples.moving(format)).renditions:
        image = opened(one)
        assert getattr(image, "n_frames", 1) == 1
        assert near(image.convert("RGB").getpixel((5, 5)), (200, 0, 0))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGBA", "P"])
def test_every_mode_of_png_is_drawn(mode):
    assert render(samples.picture("PNG", (600, 400), mode=mode)).width == 600


@pytest.mark.parametrize(
    "content",
    [
        samples.png_bomb(),
        samples.picture("JPEG")[:-400],
        samples.picture("PNG")[:-600],
        samples.picture("GIF", mode="P"),
        samples.picture("BMP"),
        samples.picture("TIFF"),
        b"<svg/>",
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 200,
        b"\xff\xd8\xff" + b"\x00" * 200,
    ],
)
def test_what_cannot_be_drawn_is_one_exception(content):
    with pytest.raises(Unreadable):
        render(content)


def test_too_few_lines_are_drawn_as_far_as_they_go():
    assert render(samples.lying_png()).width == 10


def test_spoilt_bytes_are_one_exception_or_a_picture():
    whole = samples.with_place()
    for place in range(0, len(whole), 997):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0xFF
        try:
            assert render(bytes(spoilt)).renditions
        except Unreadable:
            continue
