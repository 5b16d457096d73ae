"""“Try it” in the admin: a question through the very same search and turn, with what was found, what was decided, and why.

A worker takes the turn. The page usually has it at once; else it says how far it is and asks again.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.conversations import people
from apps.conversations.bot import trace
from apps.conversations.bot.steps import Step
from apps.conversations.bot.story import HandedOver, Said
from apps.conversations.models import Event, Owner
from apps.conversations.wire import events
from apps.conversations.worker import trial
from apps.conversations.worker.rehearsal import Rehearsal
from apps.releases.models import Release
from apps.tenants import trials
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.workspace.models import LANGUAGES, Site

LONGEST = 1_000
RELEASES = 30
PATIENCE_SECONDS = 2.0  # that a request waits for the worker; then the page tells how far it is


class QuestionForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=LONGEST,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off", "type": "search", "autofocus": True}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("", gettext_lazy("as it is written")), *LANGUAGES],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    release = forms.ModelChoiceField(
        label=gettext_lazy("Release"),
        queryset=Release.objects.none(),
        empty_label=gettext_lazy("the live one"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    trial = forms.UUIDField(required=False)  # one that runs already

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        newest = Release.objects.order_by("-number").values_list("pk", flat=True)[:RELEASES]
        self.fields["release"].queryset = Release.objects.filter(pk__in=list(newest))  # type: ignore[attr-defined]

    def clean_q(self) -> str:
        return str(self.cleaned_data["q"]).replace("\x00", " ")


def try_it(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("conversations.try_turn"):
        raise PermissionDenied
    form = QuestionForm(request.GET if "q" in request.GET else None)
    shown: dict[str, Any] = {"title": _("Try it"), "form": form, "suggestions": Site.load().suggestions[:5]}
    if form.is_bound and form.is_valid():
        running: UUID | None = form.cleaned_data["trial"]
        shown |= _found(request, str(running) if running else _begun(form.cleaned_data, by=request.user.pk))
    return render(request, "admin/try.html", {**tenant_site.each_context(request), **shown})


def _begun(given: dict[str, Any], *, by: object) -> str:
    release: Release | None = given["release"]
    number = release.number if release else None
    return trial.begin(given["q"], by=by, language=given["language"] or None, release=number)


def _found(request: HttpRequest, key: str) -> dict[str, Any]:
    """The trial as the page shows it: what came of it, what went wrong, or how far it is and where to ask for more."""
    by = request.user.pk
    found = trials.awaited(key, trial.TASK, by=by, seconds=PATIENCE_SECONDS) if key else trials.no_room()
    if found is None:
        steps: Sequence[Step] = trials.doing(key, trial.TASK, by=by).get("steps", ())
        asked = request.GET.copy()
        asked["trial"] = key
        return {"more": f"?{asked.urlencode()}", "steps": trace.timeline(steps, sure=1.0, floor=0.0)}
    return found if "problem" in found else _view(trial.rehearsed(found))


def _view(tried: Rehearsal) -> dict[str, Any]:
    sure, floor = tried.sure, tried.floor
    steps = trace.timeline(tried.steps, sure=sure, floor=floor)
    hits = next((step.hits for step in reversed(steps) if step.hits), ())
    return {
        "tried": tried,
        "steps": steps,
        "hits": hits,
        "why": trace.why(tried.steps, sure=sure, floor=floor),
        "language": dict(LANGUAGES).get(tried.language, tried.language),
        "frames": _frames(tried),
        **_end(tried.end),
    }


def _end(end: Said | HandedOver) -> dict[str, Any]:
    if isinstance(end, HandedOver):
        return {"handed": True, "outcome": _("A person takes over"), "detail": end.cause.label}
    if end.tier is None:
        return {"outcome": _("Courtesy"), "detail": _("no knowledge needed")}
    names = {0: _("Repeated answer"), 1: _("Quoted from the knowledge")}
    return {"outcome": names.get(end.tier, _("Composed by a model")), "detail": _("tier %d") % end.tier}


def _frames(tried: Rehearsal) -> dict[str, Any]:
    """The events of the customer's thread, as they would be."""
    site, end = Site.load(), tried.end
    at = events.moment(timezone.now())
    bot = events.author(Event.Author.BOT, site.name)
    asked = events.message_body(events.author(Event.Author.VISITOR), tried.question)
    frames: list[events.Frame] = [{"type": "message", "seq": 1, "at": at, **asked}]
    text = end.text if isinstance(end, Said) else end.said
    if text:
        sources = end.sources if isinstance(end, Said) else ()
        buttons = [{"label": choice.label, "say": choice.say} for choice in end.choices] if isinstance(end, Said) else []
        told = [{**asdict(each), "article": str(each.article)} for each in sources]
        form, progress = (end.form, end.progress) if isinstance(end, Said) else (None, None)
        more = {"form": form and form.stored(), "progress": progress and asdict(progress)}
        body = events.message_body(bot, text, sources=told, buttons=buttons, **more)
        frames.append({"type": "message", "seq": 2, "at": at, **body})
    if isinstance(end, HandedOver):
        frames.append(
            {"type": "owner", "seq": len(frames) + 1, "at": at, **events.owner_body(Owner.QUEUE, online=people.online())}
        )
    return {"locale": tried.language, "name": site.name, "accent": site.accent, "events": frames}
