"""The lexical side across languages: BM25 of passages in another language than the question, by the glossary's names there."""

import numpy as np

from apps.knowledge.models import Edition
from apps.knowledge.passages import glossary, tokens
from apps.knowledge.search import postings
from apps.knowledge.search.postings import Floats, Lexical


def score(question: str, language: str, edition: Edition) -> Lexical:
    """BM25 of every passage valid in this edition, read as if it were in `language`. Of the names that a thing has there the
    best one counts. `possible`: what the best passage for each thing has, as if one held them all; what no passage holds
    counts as a rare word, unless it is only a word of the question's own language."""
    groups = glossary.groups(question, language)
    if not groups:
        return postings.NOTHING
    read = postings.score(" ".join(name for names in groups for name in names), edition)
    rare = float(np.log1p(edition.questions + edition.texts))
    total, possible = np.zeros(len(read.passages)), 0.0
    for names in groups:
        scores = np.max([_of(name, read) for name in names], axis=0, initial=0.0)
        most = float(scores.max(initial=0.0))
        total += scores
        if most or len(names) > 1 or _is_in(names[0], language):
            possible += most or rare
    return Lexical(read.passages, total, read.question, possible, {})


def _of(name: str, read: Lexical) -> Floats:
    """The part of each passage's score that a name makes."""
    added = np.zeros(len(read.passages))
    for term in set(tokens.terms(name)) & read.shares.keys():
        holders, weights = read.shares[term]
        added[np.searchsorted(read.passages, holders)] += weights
    return added


def _is_in(name: str, language: str) -> bool:
    return tokens.is_han(name[0]) == (language != "en")
