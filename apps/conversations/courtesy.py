"""Greetings, thanks and goodbyes, which need no knowledge, and the bot's own small sentences."""

import re

from django.utils import translation
from django.utils.translation import gettext as _

_GREETINGS = {
    "hi", "hello", "hey", "hi there", "hello there", "hey there", "good morning", "good afternoon", "good evening",
    "你好", "您好", "在吗", "在么", "你好呀", "哈喽", "嗨", "早上好", "下午好", "晚上好", "你好在吗", "您好在吗", "hello在吗",
}  # fmt: skip
_THANKS = {
    "thanks", "thank you", "thx", "ty", "thank you very much", "thanks a lot", "many thanks", "ok thanks", "great thanks",
    "thank you so much", "okay thanks", "perfect thanks", "谢谢", "谢谢你", "谢谢您", "多谢", "非常感谢", "感谢", "好的谢谢",
    "谢了", "谢谢啦", "好谢谢", "知道了谢谢",
}  # fmt: skip
_GOODBYES = {"bye", "goodbye", "bye bye", "see you", "再见", "拜拜", "88", "没有了", "没事了", "没了"}
_BOTS = {
    "are you a bot", "are you a robot", "are you human", "are you real", "who are you", "what are you", "am i talking to a bot",
    "你是机器人吗", "你是机器人", "你是谁", "你是人吗", "你是真人吗", "您是机器人吗", "是机器人吗",
}  # fmt: skip
_NOISE = re.compile(r"[\s\W_]+")


def reply(text: str, language: str, bot: str) -> str | None:
    """The polite answer to a mere courtesy, or None for anything that asks or tells something."""
    said = _NOISE.sub(" ", text.lower()).strip()
    compact = said.replace(" ", "")
    with translation.override(language):
        if said in _GREETINGS or compact in _GREETINGS:
            return _("Hello. I'm %s's assistant, a bot. What can I help you with?") % bot
        if said in _THANKS or compact in _THANKS:
            return _("You're welcome. Is there anything else?")
        if said in _GOODBYES or compact in _GOODBYES:
            return _("Goodbye. Come back any time.")
        if said in _BOTS or compact in _BOTS:
            return _("I'm %s's assistant, a bot. If you would rather talk to a person, just say so.") % bot
    return None


def unknown(language: str) -> str:
    with translation.override(language):
        return _("I couldn't find an answer to that.")


def wordless(language: str) -> str:
    """A message of files alone."""
    with translation.override(language):
        return _("I can't look into files. Tell me in words what it is about, or ask for a person, who can see them.")


def added(language: str) -> str:
    with translation.override(language):
        return _("I've added this to your message for the team.")


def closest(language: str) -> str:
    with translation.override(language):
        return _("I'm not certain this is what you mean. This is the closest I know:")


def failed(language: str) -> str:
    with translation.override(language):
        return _("Something went wrong on our side while I was answering.")
