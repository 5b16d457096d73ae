"""Latin words put right: as words of the tenant's that one slip, or in a long word two, or a space make of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log

from apps.knowledge.models import Passage
from apps.knowledge.passages import tokens
from apps.knowledge.search import vocabulary
from apps.knowledge.spelling import english, pieces, slips
from apps.knowledge.spelling.pieces import Piece, Read

FEW, MOST = 4, 0.6  # of so many words and more, the part that may be unknown: more are another language
SHORTEST = 3  # letters of a word that is put right
RARER = 100  # times as often as a customer's word, if English has it, the word is used for which it is taken
LIKELIER = 0.1  # of a slip's cost, what a word is likelier that is used e times as often
ONE_SLIP, TWO_SLIPS = 1.7, 2.0  # the most that they cost
PASSAGES = 20  # in which the forms of a word are looked for

_Near = Mapping[str, Sequence[str]]  # the words that one slip makes of a customer's, by their stems


def put_right(unknown: Sequence[Piece], found: Sequence[Piece], revision: int) -> Read:
    """`unknown`: the words of a question that nothing holds; `found`: all its pieces in order."""
    latin = [piece for piece in found if not pieces.is_chinese(piece)]
    doubted = [piece for piece in unknown if _may_be_a_slip(piece[0].lower())]
    if not unknown or (len(latin) >= FEW and len(unknown) > MOST * len(latin)):
        return {}
    near = {piece[0].lower(): _one_away(piece[0].lower()) for piece in doubted}
    joined = {
        (one.start(), other.end()): one[0].lower() + other[0].lower()
        for one, other in pairwise(latin)
        if (one in unknown or other in unknown) and other.start() - one.end() == 1
    }
    wanted = {stem for stems in near.values() for stem in stems} | {_stem(word) for word in joined.values()}
    wanted |= {_stem(half) for word in near for halves in slips.halves(word) for half in halves}
    held = vocabulary.held(wanted, revision)
    read = {span: word for span, word in joined.items() if len(word) > slips.SHORT and _stem(word) in held}
    for piece in doubted:
        word = piece[0].lower()
        if not any(start <= piece.start() < end for start, end in read):
            meant = _meant(word, near[word], held, revision) or _split(word, held) or _two_away(word, revision)
            read[piece.span()] = meant or piece[0]
    return read


def _may_be_a_slip(word: str) -> bool:
    return word.isascii() and len(word) >= SHORTEST and not english.is_ordinary(word)


def _one_away(word: str) -> _Near:
    near: defaultdict[str, list[str]] = defaultdict(list)
    for other in slips.one_away(word):
        near[_stem(other)].append(other)
    return near


def _meant(word: str, near: _Near, held: Mapping[str, int], revision: int) -> str:
    """The likeliest word that the tenant uses; one that English has too, as it stands, otherwise in a form of the tenant's."""
    costs: dict[str, float] = {}
    for stem in near.keys() & held.keys():
        usual = [form for form in near[stem] if english.frequency(form)]
        for form in usual or [_form(word, stem, revision)]:
            if form:
                costs[form] = slips.cost(word, form) - LIKELIER * log(held[stem])
    return _best(word, costs, ONE_SLIP)


def _two_away(word: str, revision: int) -> str:
    if len(word) < slips.LONG or english.frequency(word):
        return ""
    stem = _stem(word)
    close = [term for term in vocabulary.beginning(word[:2]) if _is_close(stem, term)]
    held = vocabulary.held(close, revision) if close else {}
    costs = {_form(word, term, revision): slips.cost(stem, term) - LIKELIER * log(count) for term, count in held.items()}
    return _best(word, costs, TWO_SLIPS)


def _best(word: str, costs: Mapping[str, float], most: float) -> str:
    used = english.frequency(word)
    able = {
        form: cost
        for form, cost in costs.items()
        if form and slips.cost(word, form) <= most and (not used or english.frequency(form) >= RARER * used)
    }
    return min(able, key=lambda form: (able[form], form), default="")


def _is_close(stem: str, term: str) -> bool:
    if abs(len(stem) - len(term)) > 2:
        return False
    one, other = Counter(stem), Counter(term)
    return ((one - other) + (other - one)).total() <= 4 and slips.cost(stem, term) <= TWO_SLIPS


def _form(word: str, stem: str, revision: int) -> str:
    """The form of a word, as the tenant writes it, that is nearest to the customer's."""
    read = Passage.objects.filter(pk__in=vocabulary.holding(stem, revision, PASSAGES)).values_list("heading", "text")
    forms = Counter(each for texts in read for each in tokens.words(" ".join(texts)) if tokens.terms(each) == [stem])
    return min(forms, key=lambda form: (slips.cost(word, form), -forms[form], form), default="")


def _split(word: str, held: Mapping[str, int]) -> str:
    """Two words of the tenant's that were written as one."""
    if english.frequency(word):
        return ""
    able = [halves for halves in slips.halves(word) if all(_stem(half) in held for half in halves)]
    return " ".join(max(able, key=lambda halves: min(held[_stem(half)] for half in halves), default=()))


def _stem(word: str) -> str:
    return tokens.terms(word)[0]
