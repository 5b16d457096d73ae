"""Compares what flows did with what they told: the order system's books, the tickets, the customers' places and messages."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.agents.models import Ticket
from apps.conversations.models import Conversation, Event, Filing, Handover
from apps.flows.definition import loading
from apps.flows.engine import journey
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place
from apps.flows.engine.said import Act, Heard
from bench.arena import Company
from bench.chaos.returner import FLOW, NUMBER, QUESTIONS, WISH, definition
from bench.chaos.verdict import Verdict, reading

TWICE = "calls made twice with effect"
FALSE = "return numbers told that are none, or another's"
UNTOLD = "returns that nobody was told of"
TICKETS = "promised tickets missing, or filed twice"
LOST = "places in a flow that are not where the customer was told"
PROMISES = (TWICE, FALSE, UNTOLD, TICKETS, LOST)
SUBJECT = re.compile(r"Return (\S+) of order")


@dataclass
class Walked:
    """What came of one company's flows. `wishes`: wish → its conversation. `told`: return number → the conversations in which
    the bot said it. `helped`: conversations that went to a person. `tickets`: return number → how many. `strayed`: how a place
    and the last question differ."""

    wishes: dict[str, str] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    helped: set[str] = field(default_factory=set)
    standing: set[str] = field(default_factory=set)
    tickets: Counter[str] = field(default_factory=Counter)
    strayed: list[str] = field(default_factory=list)
    owed: int = 0


def owed(company: Company) -> int:
    """Tickets that were promised and are not filed yet."""
    with reading(company):
        return Filing.objects.filter(filed_at=None).count()


def read(company: Company) -> Walked:
    found, asked = Walked(), dict[str, str]()
    with reading(company):
        for event in Event.objects.filter(kind=Event.Kind.MESSAGE).order_by("conversation", "seq"):
            text, conversation = str(event.body["text"]), str(event.conversation_id)
            if event.author == Event.Author.VISITOR:
                found.wishes |= dict.fromkeys(WISH.findall(text), conversation)
            elif event.author == Event.Author.BOT:
                for number in NUMBER.findall(text):
                    found.told[number].append(conversation)
                asked[conversation] = text
        found.helped = {str(pk) for pk in Handover.objects.values_list("conversation", flat=True)}
        for subject in Ticket.objects.filter(key__startswith="filing:").values_list("subject", flat=True):
            found.tickets.update(SUBJECT.findall(subject))
        live = flows()
        for row in Conversation.objects.open():
            found.standing |= {str(row.pk)} if row.flow else set()
            if row.is_the_bots and (told := strayed(live, row.flow, asked.get(str(row.pk), ""))):
                found.strayed.append(f"{row.pk}: {told}")
    return found


def flows() -> Flows:
    loaded = loading.load(definition(), FLOW).definition
    return {FLOW: loaded} if loaded else {}


def strayed(flows: Flows, facts: Mapping[str, Any], asked: str) -> str:
    """The bot's last words, where they are the flow's question, have to be what the place asks, with the same values in it."""
    place = Place.read(facts) if facts else None
    is_flows = any(question in asked for question in QUESTIONS)
    if place is None:
        return f"no place, and it was asked: {asked}" if is_flows else ""
    if not is_flows or place.handed or place.offered or not place.awaiting:
        return ""
    step = journey.move(flows, place, Heard("", Act.REPEAT), place.moved_at)
    wanted = step.asked.text if step.asked else ""
    return "" if wanted and wanted in asked else f"asks “{wanted}”, and it was asked: {asked}"


def judge(verdict: Verdict, journal: Mapping[str, Any], walked: Iterable[Walked]) -> None:
    """`journal`: the order system's. A wish is one customer's, of one company or the other: each names its own."""
    returns = [record for record in journal["records"] if record["kind"] == "return"]
    for names in ([each["key"] for each in returns], [each["facts"].get("contact", "") for each in returns]):
        for name, times in Counter(names).items():
            if name and times > 1:
                numbers = [each["number"] for each, own in zip(returns, names, strict=True) if own == name]
                verdict.broken(TWICE, name, *numbers)
    by_number = {record["number"]: record["facts"].get("contact", "") for record in returns}
    for each in walked:
        for number, conversations in each.told.items():
            if number not in by_number or {each.wishes.get(by_number[number])} != set(conversations):
                verdict.broken(FALSE, number, "of", by_number.get(number), "told in", conversations)
            if each.tickets[number] != 1:
                verdict.broken(TICKETS, number, each.tickets[number], "times")
        for number, wish in by_number.items():
            conversation = each.wishes.get(wish)
            if conversation and number not in each.told and conversation not in each.helped | each.standing:
                verdict.broken(UNTOLD, number, wish, conversation)
        for told in each.strayed:
            verdict.broken(LOST, told)
