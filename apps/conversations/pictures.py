"""Customers' images drawn anew: turned upright, of a sane size, without anything that they carry besides the picture."""

import io
import threading
from dataclasses import dataclass
from typing import Any, BinaryIO

import structlog
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence

from apps.conversations.filekinds import FileKind, Refused

log = structlog.get_logger(__name__)

LONGEST_SIDE = 2560
MOST_PIXELS = 50_000_000
MOST_ANIMATED = 60_000_000  # pixels of all frames together; an animation is cut there
KEPT = ("transparency", "duration", "loop")  # of what a file tells about itself
MODES = {
    "JPEG": ("L", "RGB"),
    "PNG": ("1", "L", "LA", "RGB", "RGBA"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("L", "P", "RGB", "RGBA"),
}
_TOO_MANY = _("This image has too many pixels. Send a smaller one.")
_AT_ONCE = threading.BoundedSemaphore(2)  # an open image takes up to 200 MB


@dataclass(frozen=True)
class Picture:
    file: io.BytesIO
    width: int
    height: int


def redraw(file: BinaryIO, kind: FileKind) -> Picture:
    """Raises Refused for what is no image after all, and for one with too many pixels."""
    with _AT_ONCE:
        try:
            return _redraw(file, kind)
        except Refused:
            raise
        except Image.DecompressionBombError as error:
            raise Refused(_TOO_MANY, code="too_long", status=413) from error
        except Exception as error:  # parsers of strangers' bytes end in every way there is
            log.info("image_unreadable", type=kind.type, error=repr(error))
            raise Refused(_("This image cannot be read. It may be damaged; save it again and send that.")) from error


def _redraw(file: BinaryIO, kind: FileKind) -> Picture:
    with Image.open(file, formats=[kind.picture]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused(_TOO_MANY, code="too_long", status=413)
        if kind.picture == "JPEG":
            image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a large photo is decoded at a fraction of its size
        frames = _frames(image, kind) if kind.picture == "GIF" else [_drawn(image, kind)]
    out = io.BytesIO()
    quality = {"quality": 85} if kind.picture in ("JPEG", "WEBP") else {}
    more = {"save_all": True, "append_images": frames[1:]} if len(frames) > 1 else {}
    frames[0].save(out, kind.picture, **quality, **more)
    out.seek(0)
    return Picture(out, frames[0].width, frames[0].height)


def _frames(image: Image.Image, kind: FileKind) -> list[Image.Image]:
    frames: list[Image.Image] = []
    most = max(1, MOST_ANIMATED // (image.width * image.height))
    for frame in ImageSequence.Iterator(image):
        frames.append(_drawn(frame, kind))
        if len(frames) >= most:
            break
    return frames


def _drawn(image: Image.Image, kind: FileKind) -> Image.Image:
    told: dict[str | tuple[int, int], Any] = {name: image.info[name] for name in KEPT if name in image.info}
    upright = ImageOps.exif_transpose(image)
    if upright.mode not in MODES[kind.picture]:
        clear = "A" in upright.getbands() or "transparency" in upright.info
        upright = upright.convert("RGBA" if clear and kind.picture != "JPEG" else "RGB")
        told.pop("transparency", None)
    if max(upright.size) > LONGEST_SIDE:
        upright = upright.convert("RGBA") if upright.mode == "P" else upright
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = upright.copy()
    drawn.info = told  # savers write comments, profiles and positions found here
    return drawn
