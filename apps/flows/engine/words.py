"""The sentences that a flow says of itself, in the language of the moment."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


def yes() -> str:
    return _("Yes")


def no() -> str:
    return _("No")


def prompt(label: str) -> str:
    return _("Please tell me: %s.") % label


def several(labels: Sequence[str]) -> str:
    return _("Please tell me: %s.") % _(", ").join(labels)


def example(text: str) -> str:
    return _("For example: %s.") % text


def what_now() -> str:
    return _("What would you like to do?")


def not_understood() -> str:
    return _("Sorry, I didn't get that.")


def take_your_time() -> str:
    return _("Take your time.")


def needed(label: str) -> str:
    return _("I can't go on without this: %s.") % label


def unfit(label: str) -> str:
    return _("I can't use that as %(label)s.") % {"label": label}


def changed(label: str, value: str) -> str:
    return _("All right, %(label)s is now: %(value)s.") % {"label": label, "value": value}


def cancelled(title: str) -> str:
    return _("All right, I've stopped “%s”. Nothing more will be done about it.") % title


def begun_again() -> str:
    return _("All right, from the beginning.")


def at_the_beginning() -> str:
    return _("This is the first step.")


def person() -> str:
    return _("I can't finish this on my own.")


def colleague() -> str:
    return _("A colleague is looking at it. I'll tell you as soon as there is word.")
