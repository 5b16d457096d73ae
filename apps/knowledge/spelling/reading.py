"""Reading a question as it was probably meant, in words that the tenant's passages hold at the searched revision.

Only what they do not hold is put right: Latin words by their letters, pinyin and Chinese characters by their sound. Names,
codes, addresses, numbers and ordinary English words stay. What comes out is a guess, to be searched beside the question. It is
made from the postings anew each time: nothing is kept between questions, so nothing of one tenant comes into another's.
"""

import re
import unicodedata
from collections.abc import Sequence

from apps.knowledge.search import editions, vocabulary
from apps.knowledge.spelling import letters, pieces, pronunciation

LONGEST = 120  # characters; a longer question is a story, in which slips do little harm
_WIDE = re.compile("[\uff21-\uff3a\uff41-\uff5a]")


def read_as(question: str, revision: int, meant: Sequence[str] = ()) -> str:
    """The question with its unknown words put right; "" where none is, or nothing is known that they could be. `meant`: words
    in it that stay, though no passage may hold them."""
    said = unicodedata.normalize("NFKC", question) if _WIDE.search(question) else question
    found = pieces.of(said) if len(said) <= LONGEST else []
    searched = editions.searched(revision) if found else None
    if searched is None:
        return ""
    edition, _space = searched
    known = vocabulary.held({term for piece in found for term in pieces.terms(piece)}, revision)
    held = {*known, *(term for word in meant for term in pieces.terms_of(word))}
    unknown = [piece for piece in found if not held.issuperset(pieces.terms(piece))]
    if not unknown:
        return ""
    written = (edition.question_terms + edition.text_terms) // 2  # a character is a term, and so is each pair
    read = pronunciation.heard(said, found, unknown, held, revision, written)
    latin = [piece for piece in unknown if piece.span() not in read and not pieces.is_chinese(piece)]
    read |= letters.put_right(latin, found, revision)
    put_right = pieces.replaced(said, read)
    return put_right if put_right != said else ""
