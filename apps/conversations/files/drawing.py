"""One image drawn anew in a process of its own: `python -I drawing.py FORMAT FD`, the image on stdin, the new one into FD.

Whoever sends the image is a stranger and the decoders are C. So this runs alone, imports nothing of the product, and gives up
its rights to much memory and time before it looks at a byte; sizes and frames are read from headers before anything is decoded.
It tells one line of JSON: `{"width": …, "height": …}`, or `{"refused": "pixels" | "unreadable", "error": …}`.
"""

import contextlib
import json
import os
import resource
import signal
import struct
import sys
import warnings
from pathlib import Path
from typing import Any, BinaryIO

LONGEST_SIDE = 2560
MOST_PIXELS = 30_000_000  # of what is decoded whole: 120 MB with transparency
MOST_OF_PHOTOS = 50_000_000  # a plain JPEG is decoded at a fraction of its size
MOST_ANIMATED = 10_000_000  # pixels of all frames together; beyond it, the first one stands for all
MOST_FRAMES = 500  # each costs something, however small it is
MEMORY, CPU_SECONDS, SECONDS, LARGEST_RESULT = 512 * 1024**2, 6, 15, 64 * 1024**2
KEPT = ("transparency", "duration", "loop")  # of what a file tells about itself
MODES = {
    "JPEG": ("L", "RGB"),
    "PNG": ("1", "L", "LA", "RGB", "RGBA"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("L", "P", "RGB", "RGBA"),
}


class TooManyPixels(ValueError):
    """The header says more than is decoded here."""


def confine() -> None:
    """Limits this process, so that a decoder gone wrong ends with it, in time, and before the web process has to suffer."""
    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_RESULT, LARGEST_RESULT))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def gif_size(data: bytes) -> tuple[int, int, int]:
    """Width and height of the canvas that holds all frames, and how many frames: from the blocks, nothing is decoded."""
    width, height, packed = struct.unpack_from("<HHB", data, 6)
    place, frames = 13 + _table(packed), 0
    while place < len(data):
        sign = data[place]
        if sign == 0x21:  # an extension
            place = _past_pieces(data, place + 2)
        elif sign == 0x2C:
            left, top, wide, high, packed = struct.unpack_from("<HHHHB", data, place + 1)
            width, height, frames = max(width, left + wide), max(height, top + high), frames + 1
            place = _past_pieces(data, place + 11 + _table(packed))
        else:  # the end, or what no reader goes past
            break
    return width, height, frames


def _table(packed: int) -> int:
    return 3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0


def _past_pieces(data: bytes, place: int) -> int:
    while place < len(data) and data[place]:
        place += data[place] + 1
    return place + 1


def webp_size(data: bytes) -> tuple[int, int]:
    """The size of the canvas; the library makes room for it twice as soon as it opens the file (RFC 9649)."""
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def redraw(file: BinaryIO, form: str, out: BinaryIO) -> tuple[int, int]:
    """→ width and height. Raises TooManyPixels, and whatever a decoder raises."""
    from PIL import Image, WebPImagePlugin  # noqa: F401  only now: within the limits

    Image.MAX_IMAGE_PIXELS = MOST_OF_PHOTOS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    frames = 1
    if form == "GIF":
        width, height, frames = gif_size(file.read())
        _check(width, height)
        if frames > MOST_FRAMES or frames * width * height > MOST_ANIMATED:
            frames = 1
    elif form == "WEBP":
        _check(*webp_size(file.read(30)))
    file.seek(0)
    try:
        with Image.open(file, formats=[form]) as image:
            drawn = _frames(image, form, frames)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    quality = {"quality": 85} if form in ("JPEG", "WEBP") else {}
    more = {"save_all": True, "append_images": drawn[1:]} if len(drawn) > 1 else {}
    drawn[0].save(out, form, **quality, **more)
    return drawn[0].width, drawn[0].height


def _check(width: int, height: int, most: int = MOST_PIXELS) -> None:
    if width * height > most:
        raise TooManyPixels(f"{width} × {height}")


def _frames(image: Any, form: str, count: int) -> list[Any]:
    plain = form == "JPEG" and not image.info.get("progressive") and image.mode in ("L", "RGB")
    _check(image.width, image.height, MOST_OF_PHOTOS if plain else MOST_PIXELS)
    if form == "JPEG":
        image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a large photo is decoded at a fraction of its size
    drawn = [_drawn(image, form)]
    for number in range(1, count):
        image.seek(number)
        drawn.append(_drawn(image, form))
    return drawn


def _drawn(image: Any, form: str) -> Any:
    """Smaller first, then turned, so that nothing of the full size is made twice."""
    from PIL import ImageOps

    told = {name: image.info[name] for name in KEPT if name in image.info}
    drawn, orientation = image, image.getexif().get(0x0112, 1)
    if drawn.mode not in MODES[form]:
        clear = "A" in drawn.getbands() or "transparency" in drawn.info
        drawn = drawn.convert("RGBA" if clear and form != "JPEG" else "RGB")
        told.pop("transparency", None)
    if max(drawn.size) > LONGEST_SIDE:
        if drawn.mode == "P":
            drawn = drawn.convert("RGBA")
        elif drawn is image:
            drawn.load()
        share = LONGEST_SIDE / max(drawn.size)
        size = max(1, round(drawn.width * share)), max(1, round(drawn.height * share))
        drawn = drawn.resize(size, reducing_gap=2.0)
    drawn = drawn.copy()
    drawn.info = told  # savers write comments, profiles and positions found here
    if orientation in range(2, 9):
        drawn.getexif()[0x0112] = orientation
        drawn = ImageOps.exif_transpose(drawn)
        drawn.info = {name: value for name, value in drawn.info.items() if name in KEPT}
    return drawn


def main(form: str, fd: int) -> None:
    confine()
    try:
        with os.fdopen(fd, "wb", closefd=False) as out:
            width, height = redraw(sys.stdin.buffer, form, out)
        told: dict[str, Any] = {"width": width, "height": height}
    except (TooManyPixels, MemoryError) as error:
        told = {"refused": "pixels", "error": str(error)}
    except Exception as error:  # parsers of strangers' bytes end in every way there is
        told = {"refused": "unreadable", "error": repr(error)[:200]}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
