"""A customer who sends things back: walks the demo shop's return, each time under a wish of their own."""

import asyncio
import re

from bench.chaos.customer import Customer
from bench.load import ROOT
from bench.wire import Frame

FILE = ROOT / "demo" / "acme" / "flows" / "returns.yaml"
FLOW = "returns"
BODY = "body: {order: '{{ order_id }}', reason: '{{ reason }}'}"
WISH = re.compile(r"\bW[A-Z][0-9]{6}\b")
NUMBER = re.compile(r"return number is \*\*(\S+?)\*\*")
QUESTIONS = {
    "What is your order number?": ("AC-20418", "It is AC-20418"),
    "Why would you like to return it?": (
        "they are too small",
        "it arrived broken",
        "it is the wrong item",
        "I changed my mind",
    ),
    "Shall I open the return": ("Yes, open it", "Yes, open it", "Yes, open it", "No, not now"),
}
IMPATIENT_SECONDS = 2.0


def definition() -> str:
    """The demo shop's return; the wish travels with it, so that the order system's books tell whose it was."""
    text = FILE.read_text(encoding="utf-8")
    if BODY not in text:
        raise LookupError(f"{FILE} does not open a return as it did.")
    text = text.replace(BODY, BODY.removesuffix("}") + ", contact: '{{ wish }}'}")
    return text.replace("slots:\n", "slots:\n  wish: {type: id, label: wish, pattern: 'W[A-Z][0-9]{6}'}\n", 1)


class Returner(Customer):
    heard = ""  # the bot's last message
    wishes = 0

    async def talk(self, seconds: float, think: float) -> None:
        await super().talk(seconds, think / 2)  # a return takes four messages

    async def _act(self) -> None:
        if self.dice.random() < 0.15:
            await super()._act()
            return
        words = next((self.dice.choice(words) for question, words in QUESTIONS.items() if question in self.heard), "")
        await self._say(words or self._wish())
        if words.startswith("Yes") and self.dice.random() < 0.3:
            await asyncio.sleep(IMPATIENT_SECONDS)
            await self._say("Are you there?")

    def _wish(self) -> str:
        self.wishes += 1
        number = f"W{self.company.slug[0].upper()}{self.number:03}{self.wishes:03}"
        return f"I want to return my order, please note {number}"

    def _see(self, frame: Frame) -> None:
        super()._see(frame)
        if frame["type"] == "message" and frame.get("author", {}).get("kind") == "bot":
            self.heard = frame["text"]
        elif frame["type"] in ("owner", "closed"):
            self.heard = ""
