"""Times the way from the customer's socket to the bot's message, step by step."""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from bench.arena import say, table
from bench.row import Row, Spread
from bench.rows import turns
from bench.trial import Trial

Moments = list[tuple[str, float]]  # step and seconds, in order


def rows(trial: Trial) -> Iterator[Row]:
    """ms, the median and 95th percentile of each step of the turns that `turns` asked at its fixed rates. Between the client's
    clock and the server's moments (one machine, one clock): said → transaction begun → turn begun in the worker → the steps of
    the turn's own trace → recorded → read by the client."""
    for what in ("fresh", "repeated"):
        if f"{what} ends" not in trial.kept:
            for _row in turns.rows(trial):
                pass
        steps = _steps(trial, trial.kept[f"{what} ends"])
        if not steps:
            continue
        whole = [sum(seconds for _name, seconds in turn) for turn in steps]
        say(f"Where the time of a {what} question's turn goes:\n{table(_lines(steps))}\n")
        largest = max(_medians(steps).items(), key=lambda pair: pair[1])
        note = f"Most of it: {largest[0]}, {largest[1] * 1000:.1f} ms. {_told(steps)}"
        yield Row(f"profile of a turn, {what} question", statistics.median(whole) * 1000, "ms", Spread.of(whole), note=note)


def moments(said: float, answered: float, event_at: float, turn: Any) -> Moments:
    """The steps of one turn. `turn`: started_at, finished_at, ms and trace as apps.conversations.models.Turn has them."""
    from apps.conversations.bot import trace

    traced = [(f"turn: {step.kind}", step.ms / 1000) for step in trace.read(turn.trace)]
    began, ended = turn.started_at.timestamp(), turn.finished_at.timestamp()
    around = ended - began - sum(seconds for _name, seconds in traced)
    return [
        ("said → its transaction", event_at - said),
        ("commit, broker → worker begins", began - event_at),
        ("turn: claim, release, transcript, the row of its end", around),
        *traced,
        ("commit, fan-out → customer's socket", answered - ended),
    ]


def _steps(trial: Trial, ends: Sequence[tuple[str, float, float, float]]) -> list[Moments]:
    from django.db import connection

    from apps.conversations.models import Event, Turn
    from apps.tenants import context

    found = []
    with context.inside(context.Schema(trial.shop.slug)):
        said = {str(event.client_id): event for event in Event.objects.filter(client_id__in=[own for own, *_ in ends])}
        conversations = {event.conversation_id for event in said.values()}
        done = Turn.objects.filter(conversation__in=conversations, state=Turn.State.DONE, tier__isnull=False)
        taken = {(turn.conversation_id, turn.question): turn for turn in done}
        for own, due, _acked, answered in ends:
            event = said.get(own)
            turn = taken.get((event.conversation_id, event.seq)) if event else None
            if event and turn:
                found.append(moments(due, answered, event.at.timestamp(), turn))
    connection.close()
    return found


def _medians(steps: Sequence[Moments]) -> dict[str, float]:
    return {name: statistics.median(values) for name, values in _gathered(steps).items()}


def _gathered(steps: Sequence[Moments]) -> dict[str, list[float]]:
    by_name: defaultdict[str, list[float]] = defaultdict(list)
    for turn in steps:
        for name, seconds in turn:
            by_name[name].append(seconds)
    order = [name for name, _seconds in max(steps, key=len)]
    return {name: by_name[name] for name in [*order, *(name for name in by_name if name not in order)]}


def _lines(steps: Sequence[Moments]) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = [("step", "turns", "p50 ms", "p95 ms")]
    for name, values in _gathered(steps).items():
        spread = Spread.of(values)
        lines.append((name, str(len(values)), f"{spread.p50:.1f}", f"{spread.p95:.1f}"))
    return lines


def _told(steps: Sequence[Moments]) -> str:
    return "; ".join(f"{name} {seconds * 1000:.1f}" for name, seconds in _medians(steps).items()) + "."
