"""e5's texts → numbers of vocabulary entries: characters become what the model's file says, then SentencePiece cuts."""

import re
from collections.abc import Iterator

from sentencepiece import SentencePieceProcessor

from apps.llm.encoders.e5_file import Weights

_SPACE = "\u2581"  # stands for a space inside pieces
_NORMAL, _UNKNOWN, _CONTROL = 1, 2, 3  # kinds of pieces in sentencepiece_model.proto
# Text arrives as it is to be cut: no prefix, no changed spaces (normalizer_spec 3, 4, 5), kind of model 1 (unigram).
_AS_IT_IS = bytes((3 << 3 | 2, 6, 3 << 3, 0, 4 << 3, 0, 5 << 3, 0))


class Pieces:
    """Thread-safe: cutting changes nothing."""

    def __init__(self, weights: Weights) -> None:
        self._characters = weights.characters
        self._processor = SentencePieceProcessor(model_proto=_model(weights))

    def of(self, text: str) -> list[int]:
        plain = re.sub("  +", " ", text.translate(self._characters))
        cut: list[int] = self._processor.encode(f" {plain.removeprefix(' ')}".replace(" ", _SPACE))
        return cut


def _model(weights: Weights) -> bytes:
    """The vocabulary as a SentencePiece model (sentencepiece_model.proto), written by hand: of a quarter of a million messages
    the protobuf library makes ten times as much work."""
    ids = {40: weights.unknown, 41: weights.begin, 42: weights.end, 43: weights.pad}
    trainer = bytes((3 << 3, 1)) + b"".join(_varint(field << 3) + _varint(number) for field, number in ids.items())
    return b"".join((*_pieces(weights), bytes((2 << 3 | 2, len(trainer))), trainer, _AS_IT_IS))


def _pieces(weights: Weights) -> Iterator[bytes]:
    pieces = weights.pieces()
    mask = len(pieces) - 1
    kinds = {weights.unknown: _UNKNOWN} | dict.fromkeys((weights.begin, weights.end, weights.pad, mask), _CONTROL)
    for number, (text, score) in enumerate(pieces):
        size = len(text)
        # 1: piece, 2: score, 3: kind; all pieces are far shorter than 110 bytes, so lengths are one byte.
        yield b"\x0a%c\x0a%c%b\x15%b\x18%c" % (size + 9, size, text, score, kinds.get(number, _NORMAL))


def _varint(number: int) -> bytes:
    return bytes((number,)) if number < 128 else bytes((number & 127 | 128, number >> 7))
