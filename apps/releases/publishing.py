"""The verbs of releases: publish what stands in the editors now, activate an older number (rollback).

Where a check is wanted (`checks`), a published release is a candidate at first: it waits, and is passed or held back. The
newest candidate alone waits; saving again overtakes it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.releases import checks, parts
from apps.releases.models import Candidate, Release
from apps.tenants import context, due
from apps.tenants.workspace.models import Member

PUBLISHED = "releases.published"  # what is told when a release goes live, by publishing or by going back to it
WAITING = "releases.waiting"  # what is told when a candidate waits to be checked
_LOCK = 0x59_69_6E_67  # one publisher at a time in a tenant's schema


def active() -> Release:
    """The live release; the first is published on first need."""
    return Release.objects.filter(active=True).first() or publish()


def kept(number: int, created_at: datetime) -> Release:
    """A release by its number, read once a process: it never changes, and no other one of this tenant has both."""
    return _kept(context.schema(), number, created_at)


@lru_cache(500)
def _kept(schema: str, number: int, created_at: datetime) -> Release:
    return Release.objects.get(number=number)


def publish(*, by: Member | None = None, what: str = "") -> Release:
    """Freeze every part into the next release and make it live, or a candidate. Nothing changed → the release that holds this
    already: the live one, or the candidate that is still undecided."""
    with transaction.atomic():
        _lock()
        live = Release.objects.filter(active=True).first()
        before: dict[str, Any] = live.frozen if live else {}
        after = {name: part.freeze() for name, part in sorted(parts.registry.items())}
        if live and before == after:
            _overtake()
            return live
        newest = Release.objects.order_by("-number").first()
        if newest and newest.frozen == after and (candidate := newest.candidate) and candidate.is_undecided:
            return newest if checks.are_wanted(before, after) else _let_live(candidate, Candidate.State.PASSED, by)
        release = Release(
            number=newest.number + 1 if newest else 1,
            frozen=after,
            summary=(what or _describe(before, after))[:300],
            created_by=by,
        )
        _overtake()
        if live and checks.are_wanted(before, after):
            release.save()
            Candidate.objects.create(release=release)
            due.tell(WAITING)
        else:
            _make_live(release)
        return release


def amend(name: str, change: Callable[[Any], Any], *, what: str) -> Release:
    """The live release with one part changed goes live at once: something in it does harm, and no check is waited for. A
    candidate gives way to another, of what the editors hold now."""
    with transaction.atomic():
        _lock()
        live = Release.objects.get(active=True)
        frozen = live.frozen | {name: change(live.frozen[name])}
        if frozen == live.frozen:
            return live
        newest = Release.objects.order_by("-number").values_list("number", flat=True)[0]
        release = Release(number=newest + 1, frozen=frozen, summary=what[:300])
        _make_live(release)
        if undecided():
            _overtake()
            publish()
        return release


def activate(release: Release, *, by: Member | None = None) -> Release:
    """Roll back (or forward) to a release. The editors are brought to what it holds, so that the next save builds on it. No
    check is waited for: a person has decided."""
    with transaction.atomic():
        _lock()
        for name, part in sorted(parts.registry.items()):
            if name in release.frozen:
                part.thaw(release.frozen[name])
        candidate = Candidate.objects.filter(pk=release.pk).first()
        if candidate and candidate.is_undecided:
            _let_live(candidate, Candidate.State.FORCED, by)
            release.refresh_from_db()
        else:
            _make_live(release)
        _overtake()
        return release


def waiting() -> Candidate | None:
    """The candidate that waits to be checked."""
    return Candidate.objects.filter(state=Candidate.State.WAITING).select_related("release").first()


def undecided() -> Candidate | None:
    """The candidate that waits, or was held back and not overtaken since."""
    return Candidate.objects.filter(state__in=Candidate.UNDECIDED).select_related("release").order_by("-pk").first()


def settle(candidate: Candidate) -> bool:
    """Holds it back when a check has found something, makes it live when all are passed. False while one of them is open."""
    verdicts = checks.verdicts(candidate)
    if problems := [verdict for verdict in verdicts if verdict]:
        hold_back(candidate, " ".join(problems))
    elif None in verdicts:
        return False
    else:
        let_pass(candidate)
    return True


def let_pass(candidate: Candidate) -> bool:
    """Makes it live, its checks being passed. False when it does not wait any more."""
    with transaction.atomic():
        _lock()
        if not Candidate.objects.filter(pk=candidate.pk, state=Candidate.State.WAITING).exists():
            return False
        _let_live(candidate, Candidate.State.PASSED, None)
        return True


def hold_back(candidate: Candidate, why: str) -> bool:
    """It stays as it is, not live, for a reason of one sentence. False when it does not wait any more."""
    ours = Candidate.objects.filter(pk=candidate.pk, state=Candidate.State.WAITING)
    return bool(ours.update(state=Candidate.State.HELD, why=why[:500], decided_at=timezone.now()))


def check_again(candidate: Candidate) -> bool:
    """One that was held back waits anew. False when it was not, or was overtaken."""
    with transaction.atomic():
        _lock()
        held = Candidate.objects.filter(pk=candidate.pk, state=Candidate.State.HELD)
        due.tell(WAITING)
        return bool(held.update(state=Candidate.State.WAITING, why="", since=timezone.now(), decided_at=None))


def changes(before: Release | None, after: Release) -> list[str]:
    """One line for each part that differs between two releases."""
    frozen = before.frozen if before else {}
    lines = (part.describe(frozen.get(name), after.frozen.get(name)) for name, part in sorted(parts.registry.items()))
    return [line for line in lines if line]


def _describe(before: dict[str, Any], after: dict[str, Any]) -> str:
    if not before:
        return _("First release")
    lines = [part.describe(before.get(name), after[name]) for name, part in sorted(parts.registry.items())]
    return "; ".join(line for line in lines if line)


def _make_live(release: Release) -> None:
    Release.objects.filter(active=True).exclude(number=release.number).update(active=False)
    release.active, release.activated_at = True, timezone.now()
    if release._state.adding:
        release.save()
    else:
        release.save(update_fields=["active", "activated_at"])
    due.tell(PUBLISHED)


def _let_live(candidate: Candidate, state: Candidate.State, by: Member | None) -> Release:
    decided = {"state": state, "decided_at": timezone.now(), "decided_by": by}
    Candidate.objects.filter(pk=candidate.pk).update(**decided)
    release = Release.objects.get(pk=candidate.pk)
    _make_live(release)
    return release


def _overtake() -> None:
    """No older candidate waits any more."""
    Candidate.objects.filter(state__in=Candidate.UNDECIDED).update(state=Candidate.State.OVERTAKEN, decided_at=timezone.now())


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [_LOCK])
