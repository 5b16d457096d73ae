"""The prompt: answer from these passages and nothing else. Short, because small models forget."""

from collections.abc import Sequence

from apps.knowledge.search.search import Hit
from apps.llm.chat import Message

LONGEST_PASSAGE = 1_200

_SYSTEM = {
    "en": (
        "You are the assistant of {bot}, a bot. Answer the customer's question using only the facts in the passages. "
        "Copy numbers exactly. Two or three short sentences. If the passages do not answer it, say: I don't know."
    ),
    "zh-hans": (
        "你是{bot}的智能助手。只根据资料中的内容回答顾客的问题，数字照抄，两三句话说清楚，称呼顾客为“您”。"
        "资料里没有答案时，只回答：我不知道。"
    ),
}
_ASK = {
    "en": "Passages:\n{passages}\n\nQuestion: {question}\nAnswer:",
    "zh-hans": "资料：\n{passages}\n\n问题：{question}\n回答：",
}
_TRANSLATE = {
    "en": (
        "You translate what {bot} tells its customers into English. Translate the whole text, one line for each line, and add "
        "nothing. Copy numbers, times, amounts, codes, addresses and names exactly as they are written; keep the Markdown."
    ),
    "zh-hans": (
        "你把{bot}给顾客的说明译成简体中文。逐行翻译全文，一行对一行，不增不减。数字、时间、金额、代码、网址和名称照原样写，"
        "保留 Markdown 标记，称呼顾客为“您”。"
    ),
}
_KEEP = {"en": "Keep as written: {kept}\n\n{text}", "zh-hans": "照原样保留：{kept}\n\n{text}"}


def translate(text: str, language: str, bot: str, kept: Sequence[str]) -> list[Message]:
    """The messages that ask for a text in this language; `kept`: its names and addresses."""
    asked = _KEEP[language].format(kept=", ".join(kept), text=text) if kept else text
    return [
        {"role": "system", "content": _TRANSLATE[language].format(bot=bot)},
        {"role": "user", "content": asked},
    ]


def compose(question: str, language: str, bot: str, passages: Sequence[Hit]) -> list[Message]:
    """The two messages of the call. What passages and customers write stands in the user's message, never in the system's."""
    known = language if language in _SYSTEM else "en"
    listed = "\n".join(f"[{number}] {_passage(hit)}" for number, hit in enumerate(passages, 1))
    return [
        {"role": "system", "content": _SYSTEM[known].format(bot=bot)},
        {"role": "user", "content": _ASK[known].format(passages=listed, question=question)},
    ]


def _passage(hit: Hit) -> str:
    text = hit.text[:LONGEST_PASSAGE]
    return f"{hit.question}\n{text}" if hit.question else f"{hit.title}\n{text}"
