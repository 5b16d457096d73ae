"""multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672): 12 layers of BERT's encoder (Devlin et al. 2018, 1810.04805)."""

from collections.abc import Sequence

import numpy as np

from apps.llm.encoders import e5_file
from apps.llm.encoders.network import Floats, Network, Session
from apps.llm.encoders.pieces import Pieces

# What customers ask and shops answer: they show which inputs of a layer grow large (`Network.linear`).
_SAMPLES = (
    "How do I return a lamp that arrived broken?",
    "When will my parcel be delivered, and can I still change the address?",
    "Parcels arrive within 3 to 5 business days; express delivery costs 9.90 and arrives the next day.",
    "order 20931 has not arrived!!!",
    "Refunds go back to the card you paid with, usually within 14 days after we have received the item.",
    "Open Settings, choose Privacy, then press “Delete my data”. A copy is kept for ten years where the law asks for it.",
    "My card was charged twice, what should I do now?",
    "Can I talk to a human being please",
    "Thank you, that helped.",
    "你们支持七天无理由退货吗？",
    "我的订单什么时候发货，能不能改地址",
    "忘记密码了，登录不了账号怎么办？",
    "在订单详情页点击“申请发票”，填写抬头和税号，三个工作日内发送到您的邮箱。",
    "现货商品 24 小时内发货，预售商品以页面标注的时间为准，偏远地区可能延迟一到两天。",
    "為什麼我的優惠券用不了",
    "我要转人工客服",
    "谢谢，明白了",
)


class E5:
    """Thread-safe. One text at a time: with weights this small, batches gain nothing."""

    def __init__(self, threads: int) -> None:
        self._file = e5_file.bundled()
        self.pieces = Pieces(self._file)
        places = self._file.floats("emb.pos").reshape(-1, self._file.width)
        self._places = places + self._file.floats("emb.type")[: self._file.width]
        encoder = _Encoder(self._file, self._largest(threads))
        self._session = encoder.session(threads, [encoder.encoded])

    def encode(self, texts: Sequence[str], prefix: str, most: int | None = None) -> Floats:
        """Encodes at least one text, the first `most` pieces of each. prefix: "query: " or "passage: ", as e5 was trained → (n,
        384), each of length 1."""
        return np.stack([self._one(self.pieces.of(prefix + text)[:most]) for text in texts])

    def _largest(self, threads: int) -> dict[str, Floats]:
        """The largest absolute inputs seen on samples, by the name of the matrix they are multiplied with."""
        encoder = _Encoder(self._file, {})
        session = encoder.session(threads, list(encoder.inputs.values()))
        seen = [session.run(embedded=self._embedded(self.pieces.of(f"query: {text}"))) for text in _SAMPLES]
        largest = [np.max([np.abs(values[0]).max(axis=0) for values in each], axis=0) for each in zip(*seen, strict=True)]
        return dict(zip(encoder.inputs, largest, strict=True))

    def _one(self, pieces: list[int]) -> Floats:
        """A text longer than the model reads at once is read in parts, which weigh by their tokens."""
        most = self._file.longest - 2
        parts = [pieces[start : start + most] for start in range(0, len(pieces), most)] or [[]]
        whole = sum(max(len(part), 1) * self._mean(part) for part in parts)
        return np.asarray(whole / np.linalg.norm(whole), np.float32)

    def _mean(self, pieces: list[int]) -> Floats:
        (encoded,) = self._session.run(embedded=self._embedded(pieces))
        mean: Floats = encoded[0].mean(axis=0)
        return mean

    def _embedded(self, pieces: list[int]) -> Floats:
        """Words and their places → (1, tokens, width)."""
        ids = [self._file.begin, *pieces, self._file.end]
        return (self._file.words(ids) + self._places[: len(ids)])[None]


class _Encoder:
    """The network. `inputs`: for each matrix, by name, what is multiplied with it; `largest`: how large that grows."""

    def __init__(self, file: e5_file.Weights, largest: dict[str, Floats]) -> None:
        self._file, self._largest = file, largest
        self._network = Network()
        self.inputs: dict[str, str] = {}
        normalised = file.floats("emb.ln.w"), file.floats("emb.ln.b")
        self.encoded = self._network.add("LayerNormalization", "embedded", *normalised, epsilon=file.epsilon)
        for layer in range(file.layers):
            self.encoded = self._layer(self.encoded, f"l{layer}")

    def session(self, threads: int, outputs: Sequence[str]) -> Session:
        return self._network.session({"embedded": (1, "tokens", self._file.width)}, outputs, threads)

    def _layer(self, state: str, at: str) -> str:
        parts = self._network.several(3, "Split", self._linear(state, f"{at}.qkv"), axis=-1, num_outputs=3)
        seen = self._network.own("MultiHeadAttention", *parts, num_heads=self._file.heads)
        state = self._normalised(self._linear(seen, f"{at}.ao"), state, f"{at}.aln")
        wide = self._network.own("Gelu", self._linear(state, f"{at}.fi"))
        # Elsewhere words are alike, because they were just normalised; here single ones grow to ten times of the others.
        return self._normalised(self._linear(wide, f"{at}.fo", alike=False), state, f"{at}.oln")

    def _linear(self, state: str, name: str, *, alike: bool = True) -> str:
        self.inputs[name] = state
        return self._network.linear(state, *self._factors(name), largest=self._largest.get(name), alike=alike)

    def _normalised(self, state: str, beside: str, name: str) -> str:
        factors = self._file.floats(f"{name}.w"), self._file.floats(f"{name}.b")
        return self._network.own("SkipLayerNormalization", state, beside, *factors, epsilon=self._file.epsilon)

    def _factors(self, name: str) -> tuple[Floats, Floats]:
        """A matrix (inputs, outputs) and what is added. Query, key and value stand apart in the file, and are one here."""
        layer, _dot, matrix = name.partition(".")
        parts = [f"{layer}.{part}" for part in matrix] if matrix == "qkv" else [name]
        inputs = self._file.inner if matrix == "fo" else self._file.width
        matrices = [self._file.matrix(f"{part}.w", inputs) for part in parts]
        return np.concatenate(matrices).T, np.concatenate([self._file.floats(f"{part}.b") for part in parts])
