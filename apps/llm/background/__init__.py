"""Sentences of no intent, in Chinese and English: greetings, courtesies, chat, short answers, questions about anything.

They are what most customers' messages are like when they wish for nothing that a flow could do, and are of no topic.
"""

import functools
from pathlib import Path

import numpy as np

from apps.llm.embeddings import Vectors, embedder

_FILES = ("en.txt", "zh.txt")


@functools.cache
def sentences() -> tuple[str, ...]:
    return tuple(line for name in _FILES for line in (Path(__file__).parent / name).read_text("utf-8").splitlines() if line)


def embedded() -> Vectors:
    """Their vectors, computed once a process, which takes three seconds; as exact as 16 bits are, like those that are kept."""
    return _embedded(embedder().model_id)


@functools.cache
def _embedded(model_id: str) -> Vectors:
    return embedder().embed_questions(sentences()).astype(np.float16).astype(np.float32)
