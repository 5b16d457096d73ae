"""The kinds of slots, by the name that a definition gives them. To add one, copy a module and name its class here."""

from apps.flows.slots.choice import Choice
from apps.flows.slots.code import Id
from apps.flows.slots.email import Email
from apps.flows.slots.kind import Kind
from apps.flows.slots.moment import Date, Datetime, Time
from apps.flows.slots.money import Money
from apps.flows.slots.number import Number
from apps.flows.slots.phone import Phone
from apps.flows.slots.text import File, Text
from apps.flows.slots.yes_no import YesNo

_ALL: tuple[type[Kind], ...] = (Text, Number, Money, Date, Time, Datetime, Phone, Email, Id, Choice, YesNo, File)
kinds: dict[str, Kind] = {each.name: each() for each in _ALL}
