"""Premises: what a question takes for granted, so that the “Yes” of a stored answer does not confirm it.

“Yes. If our own price falls within 14 days …” answers “Do you refund the difference?”. To “you'll match the amazon price, yes?”
or “价保不是30天吗” the same words say what is not so. Then the answer stands below the question that it belongs to.
"""

import re
import unicodedata

from apps.knowledge.passages import measures, polarity, quantities
from apps.knowledge.search.search import Hit
from apps.llm import characters

_YES_NO = re.compile(
    r"\W*(?:yes|no|not at the moment|sure|of course|certainly)\b"
    "|[^\u3400-\u9fff]*(?:不?可以|不?能|不?行|不?支持|不?需要|要的|不用|不?是的?|有的?|没有|暂时不行|不)[^\u3400-\u9fff]",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"\b(?:right|correct|yes|yeah|true|(?:is|are|do|does|ca|wo|can|will|did|was)n?'?t? ?(?:it|they|you|i|we|that))\W*$"
    r"|(?:对|是)(?:吧|吗|不|么)\W*$|没错吧|对不对|是不是\W*$|吧\W*$|不是[^，。？]{1,16}吗",
)
_OPEN = re.compile(
    r"^\W*(?:(?:and|so|hi|hey|hello|ok|okay|but)\b\W*)*(?:what|whats|which|how|when|where|who|whose|why)\b|多少|几|怎么|什么|哪|多久|为什么"
)


def is_answered_otherwise(question: str, hit: Hit) -> bool:
    """Whether a Q&A opens with yes or no, and that is no answer to this question: it asks what or how much, ends in “right?”,
    or names another number than the answer."""
    if hit.kind != "qa" or not _YES_NO.match(hit.text):
        return False
    question = characters.like(question, [hit.title, hit.text])
    said = unicodedata.normalize("NFKC", question).lower().replace("’", "'")
    if _TAG.search(said) or _OPEN.search(said) or measures.asked(question) or polarity.is_turned(question, [hit.title]):
        return True
    return quantities.contradicts(question, f"{hit.title}\n{hit.text}")
