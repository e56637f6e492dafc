# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawing a picture again with Pillow: turned upright, in sRGB, without anything but pixels, in a few sizes."""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("JPEG", "PNG", "WEBP")
WIDTHS = (480, 960, 1600)
TALLEST = 2400
MOST_PIXELS = 40_000_000
WEBP_QUALITY, JPEG_QUALITY = 80, 82


class Unreadable(Exception):
    """No picture could be made of it."""


@dataclass(frozen=True)
class Rendition:
    """One size in one format: `480.webp`."""

    name: str
    media_type: str
    width: int
    height: int
    content: bytes


@dataclass(frozen=True)
class Rendered:
    """A picture upright, with its sizes, the smallest first."""

    width: int
    height: int
    renditions: tuple[Rendition, ...]


def render(content: bytes) -> Rendered:
    """Decode and encode anew: WebP, and JPEG for browsers that do not know it. Raises Unreadable.

    Nothing of the file but its pixels is kept: no place, date, camera, comment, thumbnail or hidden layer. Of a moving
    picture the first image is taken.
    """
    # Loaded at the first picture: the start of a web process does not need it.
    from PIL import Image  # noqa: PLC0415 - as said above

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            upright = _upright(content)
        width, height = _largest(upright.width, upright.height)
        sizes = [_scaled(width, height, wanted) for wanted in WIDTHS if wanted < width]
        renditions: list[Rendition] = []
        for size in (*sizes, (width, height)):
            renditions += _encoded(upright, size)
    except Exception as error:
        # Decoders fail in many ways on hostile bytes; each of them means the same here.
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    return Rendered(width, height, tuple(renditions))


def render_small(content: bytes, box: tuple[int, int]) -> Rendition:
    """Decode and encode anew as one PNG that fits in a box, with what is transparent in it. Raises Unreadable."""
    from PIL import Image  # noqa: PLC0415 - see render

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            small = _upright(content)
        small.thumbnail(box, Image.Resampling.LANCZOS)
        small.info = {}
        written = BytesIO()
        small.save(written, "PNG", optimize=True)
    except Exception as error:
        # Decoders fail in many ways on hostile bytes; each of them means the same here.
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    return Rendition("small.png", "image/png", small.width, small.height, written.getvalue())


def _upright(content: bytes) -> "Image":
    """The pixels in sRGB, 8 bits, turned as the camera was held; RGBA where something is transparent."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - see render

    with Image.open(BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise Unreadable("too many pixels")
        if opened.format == "JPEG":
            # Decode at a half or a quarter where that is still twice what is kept: less memory, same result.
            opened.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
        opened.load()
        whole = _in_eight_bits(opened)
        whole.thumbnail((2 * TALLEST, 2 * TALLEST))
        plain = _in_srgb(ImageOps.exif_transpose(whole))
    plain.info = {}
    return plain


def _in_eight_bits(image: "Image") -> "Image":
    """Pictures of 16 bits per pixel lose their lower half; palettes become colours."""
    if image.mode.startswith("I") or image.mode == "F":
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in {"P", "PA", "LA", "La", "RGBa"} or (image.mode in {"L", "RGB"} and "transparency" in image.info):
        return image.convert("RGBA")
    return image


def _in_srgb(image: "Image") -> "Image":
    """Colours as every screen understands them, since the profile is not kept."""
    from PIL import ImageCms  # noqa: PLC0415 - see render

    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=wanted)
        except (ImageCms.PyCMSError, OSError):
            return image.convert(wanted)  # a profile that is no profile: colours as they are written
        if converted is not None:
            return converted
    return image.convert(wanted)


def _largest(width: int, height: int) -> tuple[int, int]:
    """The largest size kept, never above the picture's own."""
    scale = min(1.0, WIDTHS[-1] / width, TALLEST / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _scaled(width: int, height: int, wanted: int) -> tuple[int, int]:
    """The same proportions at another width."""
    return wanted, max(1, round(height * wanted / width))


def _encoded(image: "Image", size: tuple[int, int]) -> list[Rendition]:
    """One size in both formats; JPEG has no transparency: white shows through."""
    from PIL import Image  # noqa: PLC0415 - see render

    small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    small.info = {}
    webp, jpeg = BytesIO(), BytesIO()
    small.save(webp, "WEBP", quality=WEBP_QUALITY, method=4)
    flat = small
    if small.mode == "RGBA":
        flat = Image.new("RGB", size, "white")
        flat.paste(small, mask=small.getchannel("A"))
    flat.save(jpeg, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    name = str(size[0])
    return [
        Rendition(f"{name}.webp", "image/webp", *size, webp.getvalue()),
        Rendition(f"{name}.jpg", "image/jpeg", *size, jpeg.getvalue()),
    ]
