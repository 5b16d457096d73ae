"""Pieces of a text by which offence is known: Chinese characters in a row, one to three, and Latin words.

A piece is known by a hash of 18 bits: the weights are one table, and no list of pieces has to be kept.
"""

import re
import unicodedata
from collections.abc import Iterator
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from apps.llm import characters

BITS = 18
HAN = (3, 6, 9)  # bytes of one, two and three of these characters, which UTF-8 writes in three each
LONGEST = 600  # characters of a text that are read
_RUN = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+|[^\w\s]+")
_NUMBER = re.compile(r"\d+")

Numbers = NDArray[np.int64]


def grams(text: str) -> Numbers:
    """The numbers of a text's pieces, each once, in order."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower().translate(characters.simplified())
    found = {crc32(piece) >> (32 - BITS) for piece in _pieces(_NUMBER.sub("0", plain))}
    return np.array(sorted(found), np.int64)


def _pieces(text: str) -> Iterator[bytes]:
    for run in _RUN.findall(text):
        if "\u3400" <= run[0] <= "\u9fff":
            written = run.encode()
            yield from (written[at : at + size] for size in HAN for at in range(0, len(written) - size + 1, HAN[0]))
        else:
            yield f"w {run}".encode()
