"""A flow that runs goes on; a wish for one begins it.

What is said in a flow is first what the flow waits for. A question in between is answered from the knowledge, and then the flow
reminds of where it stands: one answer, then one question. A flow that nobody went on with has ended.

A flow's values are read from what customers wrote; all else here, a model too, reads it as the filters masked it.
"""

from collections.abc import Generator
from dataclasses import replace

from apps.conversations.bot import courtesy, recall
from apps.conversations.bot.leading import words as flow_words
from apps.conversations.bot.leading.asking import asking
from apps.conversations.bot.leading.confidence import covers
from apps.conversations.bot.leading.forms import form_of
from apps.conversations.bot.leading.moved import Filing, Moved
from apps.conversations.bot.leading.walked import Called, Flowed
from apps.conversations.bot.stages.courtesy import courtesy as courtesy_stage
from apps.conversations.bot.stages.knowledge import from_knowledge
from apps.conversations.bot.stages.memory import answered_before
from apps.conversations.bot.stages.understanding import by_model
from apps.conversations.bot.story import Calling, Choice, End, HandedOver, Outcome, Progress, Reach, Said, Story, Watch
from apps.conversations.models import Cause
from apps.flows.definition.definition import Definition
from apps.flows.engine import journey, leaving
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place
from apps.flows.engine.said import Act, Begun, Elapsed, Heard, Returned
from apps.flows.engine.said import Said as Input
from apps.flows.engine.step import Approval, Ended, Question, Request
from apps.flows.engine.step import Filing as Ticket
from apps.flows.engine.step import Step as Move
from apps.flows.engine.visit import Left, Visit
from apps.flows.understanding.understood import Understood, begin_words


def in_flow(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, End | None]:
    """Goes on with the flow in which the conversation stands."""
    if story.place is None:
        return None
    flows = reach.flows()
    place = journey.resettled(flows, story.place)
    if place is None:
        return (yield from _changed(story, reach, watch, flows, story.place))
    if journey.has_ended(flows, place, story.at):
        return (yield from _over(story, reach, watch, flows, place))
    if place.handed:
        return (yield from _handed(story, reach, watch, flows, place))
    if place.offered in flows and (turn := flow_words.turn_of(story.question, story.language)):
        return (yield from _in_turn(story, reach, watch, flows, place, turn))
    place = replace(place, offered="")
    meant = reach.understood(place, story.written, story.at, story.given)
    yield from covers(story, watch, flows, place, meant)
    if place.asking:
        return (yield from _meanwhile(story, reach, watch, flows, place, meant))
    if meant.answers(place):
        return (yield from _moved(story, reach, watch, _move(story, flows, place, meant.heard)))
    if meant.wished and meant.wished != place.flow and not meant.is_question:
        return _which_first(story, flows, place, meant)
    if meant.is_question:
        return (yield from _interrupted(story, reach, watch, flows, place))
    if not story.confided:
        meant = yield from by_model(story, reach, watch, flows, place, meant)
        yield from covers(story, watch, flows, place, meant)
    if not meant.answers(place) and story.is_known(reach.search(story.question)):
        return (yield from _interrupted(story, reach, watch, flows, place))
    return (yield from _moved(story, reach, watch, _move(story, flows, place, meant.heard)))


def begins_flow(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, End | None]:
    """A wish begins its flow; a question about what a flow does is answered, and the flow is offered."""
    if story.place is not None or not story.question.strip():
        return None
    flows = reach.flows()
    if not flows:
        return None
    meant = reach.understood(None, story.written, story.at, None, recall.question_before(story.transcript))
    if (meant.likely or meant.rivals) and not meant.is_question:
        meant = yield from by_model(story, reach, watch, flows, None, meant)
    if meant.wished and not meant.is_question:
        yield from covers(story, watch, flows, None, meant)
        began = Begun(meant.slots, meant.heard.intent, story.language)
        move = flow_words.speaking(story.language, journey.start, flows, meant.wished, story.run(meant.wished), began, story.at)
        return (yield from _moved(story, reach, watch, move))
    if meant.rivals and not meant.is_question:
        return _between(story, flows, meant.rivals)
    offered = meant.wished or meant.likely
    if not offered:
        return None
    end = (yield from answered_before(story, reach, watch)) or (yield from from_knowledge(story, reach, watch))
    if isinstance(end, Said) and end.tier is not None:
        return _with_offer(end, flows[offered])
    return end


def _moved(story: Story, reach: Reach, watch: Watch, move: Move) -> Generator[Outcome, None, End]:
    """Does what the flow wants done, until it waits for the customer or has ended; → the one utterance of this turn."""
    flows = reach.flows()
    lines, filings = list(move.lines), list[Filing]()
    path, problems, visits = list(move.path), list(move.problems), list(move.visits)
    while effect := move.effect:
        if isinstance(effect, Approval):
            yield watch.timed(Flowed(move.place.flow, move.place.state, tuple(path), tuple(problems)))
            asked = asking(flows[move.place.flow], move.place, effect)
            return _said(
                [*lines, flow_words.asked_colleague(story.language)], Moved(move.place, tuple(filings), asked, tuple(visits))
            )
        returned = yield from _done(story, reach, watch, effect, lines, filings)
        move = _move(story, flows, move.place, returned)
        lines += move.lines
        path += move.path
        problems += move.problems
        visits += move.visits
    yield watch.timed(Flowed(move.place.flow, move.place.state, tuple(path), tuple(problems), move.ended))
    return _end(story, flows, replace(move, visits=tuple(visits)), lines, filings)


def _done(
    story: Story, reach: Reach, watch: Watch, effect: object, lines: list[str], filings: list[Filing]
) -> Generator[Outcome, None, Returned]:
    match effect:
        case Question():
            end = yield from from_knowledge(replace(story, question=effect.text, transcript=()), reach, watch)
            lines.append(end.text if isinstance(end, Said) else end.said)
            return Returned()
        case Ticket():
            filing = Filing(effect.key, effect.subject, effect.body, effect.team)
            filings.append(filing)
            return Returned({"ticket": filing.reference})
        case Request():
            yield Calling(effect.longest)
            returned = reach.call(effect)
            yield watch.timed(Called(effect.name, effect.url, returned.error))
            return returned
        case _:
            return Returned(error=f"{type(effect).__name__} cannot be done here")


def _end(story: Story, flows: Flows, move: Move, lines: list[str], filings: list[Filing]) -> End:
    moved = Moved(None if move.ended else move.place, tuple(filings), visits=move.visits)
    text = "\n\n".join(line for line in lines if line.strip())
    if move.ended in (Ended.FAILED, Ended.HANDED_OVER):
        cause = Cause.FLOW_DEAD_END if move.ended == Ended.FAILED else Cause.BY_FLOW
        return HandedOver(cause, text, flow_words.summary(flows, move), moved)
    asked, definition = move.asked, flows[move.place.flow]
    if move.place.asking:
        return _said(lines, moved)
    if asked is None:
        return Said(text or flow_words.done(story.language), tier=None, alone=False, moved=moved)
    return Said(
        "\n\n".join(filter(None, [text, asked.text])),
        tier=None,
        alone=False,
        choices=(*(Choice(choice.shown, choice.shown) for choice in asked.choices), *_ways_out(story, move)),
        form=form_of(definition, asked, story.turn),
        progress=Progress(*journey.progress(definition, move.place)) if definition.steps_shown else None,
        moved=moved,
    )


def _said(lines: list[str], moved: Moved) -> Said:
    """Without a question: somebody else is next. There may be nothing to say."""
    return Said("\n\n".join(filter(str.strip, lines)), tier=None, alone=False, moved=moved)


def _ways_out(story: Story, move: Move) -> list[Choice]:
    """Buttons for who has not been understood: another way than to be asked once more."""
    asked = move.asked.slots if move.asked else ()
    if not any(move.place.attempts.get(f"{move.place.state}/{name}") for name in asked):
        return []
    stop = flow_words.stop(story.language)
    return [Choice(*courtesy.person(story.language)), Choice(stop, stop)]


def _in_turn(story: Story, reach: Reach, watch: Watch, flows: Flows, place: Place, turn: str) -> Generator[Outcome, None, End]:
    """The other flow that was asked for: now, afterwards, or instead of this one."""
    if turn == flow_words.LATER:
        later = journey.afterwards(place, place.offered)
        return (yield from _moved(story, reach, watch, _move(story, flows, later, Heard("", Act.REPEAT))))
    if turn == flow_words.NOW:
        move = flow_words.speaking(
            story.language, journey.first, flows, place, place.offered, story.run(place.offered), story.at
        )
    else:
        move = flow_words.speaking(
            story.language, journey.start, flows, place.offered, story.run(place.offered), Begun(), story.at
        )
        move = replace(move, visits=(*leaving.abandoned(place, Left.CANCELLED), *move.visits))
    return (yield from _moved(story, reach, watch, move))


def _move(story: Story, flows: Flows, place: Place, said: Input) -> Move:
    return flow_words.speaking(story.language, journey.move, flows, place, said, story.at)


def _over(story: Story, reach: Reach, watch: Watch, flows: Flows, place: Place) -> Generator[Outcome, None, End]:
    """Nobody went on with it for too long. What the state says for that is done; else the message is read as any other."""
    move = _move(story, flows, place, Elapsed())
    if not move.ended or move.lines:
        return (yield from _moved(story, reach, watch, move))
    return (yield from _as_any_other(story, reach, watch, move.visits))


def _changed(story: Story, reach: Reach, watch: Watch, flows: Flows, place: Place) -> Generator[Outcome, None, End]:
    """The state, or the whole flow, is gone with the release that had it: one sentence, and then over again, or as if there had
    been none."""
    yield watch.timed(Flowed(place.flow, place.state, ended=Ended.CANCELLED))
    left = leaving.abandoned(place, Left.CANCELLED)
    if place.flow not in flows:
        end = yield from _as_any_other(story, reach, watch, left)
        told = flow_words.gone(story.language)
        return replace(end, text=f"{told}\n\n{end.text}") if isinstance(end, Said) else replace(end, said=f"{told} {end.said}")
    known = {name: value for name, value in place.slots.items() if name in flows[place.flow].slots}
    began = Begun({name: value for name, value in known.items() if name not in place.derived}, place.intent)
    move = flow_words.speaking(story.language, journey.start, flows, place.flow, story.run(place.flow), began, story.at)
    lines = (flow_words.changed(story.language), *move.lines)
    return (yield from _moved(story, reach, watch, replace(move, lines=lines, visits=(*left, *move.visits))))


def _as_any_other(story: Story, reach: Reach, watch: Watch, left: tuple[Visit, ...]) -> Generator[Outcome, None, End]:
    """The message as one of a conversation that stands in no flow; from now on it does not. `left`: the states of the one that
    it stood in."""
    story = replace(story, place=None)
    for stage in (courtesy_stage, begins_flow, answered_before, from_knowledge):
        end = yield from stage(story, reach, watch)
        if end:
            moved = end.moved or Moved(None)
            return replace(end, moved=replace(moved, visits=(*left, *moved.visits)))
    raise RuntimeError("a turn ended without an end")


def _handed(story: Story, reach: Reach, watch: Watch, flows: Flows, place: Place) -> Generator[Outcome, None, End]:
    """An agent left it to the bot: the flow speaks first. What the customer had said last, and nobody answered, counts too."""
    said = Heard("", Act.REPEAT)
    if story.question.strip() and not place.answered:
        meant = reach.understood(place, story.written, story.at, story.given)
        if meant.is_question and not meant.heard.slots:
            return (yield from _interrupted(story, reach, watch, flows, place))
        yield from covers(story, watch, flows, place, meant)
        if meant.heard.slots:
            said = Heard(story.written, slots=meant.heard.slots)
    return (yield from _moved(story, reach, watch, _move(story, flows, place, said)))


def _meanwhile(
    story: Story, reach: Reach, watch: Watch, flows: Flows, place: Place, meant: Understood
) -> Generator[Outcome, None, End]:
    """A colleague is being asked. Questions are answered, and the customer may stop or change what they said; all else hears
    once that the answer is still to come."""
    if meant.heard.act == Act.NONE and not meant.heard.slots:
        if meant.wished and meant.wished != place.flow and not meant.is_question:
            return _which_first(story, flows, place, meant)
        if meant.is_question:
            found = (yield from answered_before(story, reach, watch)) or (yield from from_knowledge(story, reach, watch))
            if isinstance(found, Said):
                return replace(found, alone=False, moved=Moved(place))
    end = yield from _moved(story, reach, watch, _move(story, flows, place, meant.heard))
    if meant.is_question and isinstance(end, Said) and not end.text:
        return replace(end, text=courtesy.unknown(story.language))
    return end


def _interrupted(story: Story, reach: Reach, watch: Watch, flows: Flows, place: Place) -> Generator[Outcome, None, End]:
    """The answer first, then once where the flow stands. What the knowledge does not hold ends no flow: it is said."""
    end = (yield from answered_before(story, reach, watch)) or (yield from from_knowledge(story, reach, watch))
    again = _move(story, flows, place, Heard("", Act.REPEAT))
    if not place.awaiting:  # somebody of the team has moved it, and what comes of that is still to be told
        first = end.text if isinstance(end, Said) else end.said or courtesy.unknown(story.language)
        return (yield from _moved(story, reach, watch, replace(again, lines=(first, *again.lines))))
    reminder = flow_words.reminder(story.language, flows[place.flow], again.asked.text if again.asked else "")
    said = end.text if isinstance(end, Said) else end.said or courtesy.unknown(story.language)
    choices = end.choices if isinstance(end, Said) else ()
    sources = end.sources if isinstance(end, Said) else ()
    if not choices and again.asked:
        choices = tuple(Choice(choice.shown, choice.shown) for choice in again.asked.choices)
    tier = end.tier if isinstance(end, Said) else None
    return Said(
        f"{said}\n\n{reminder}", tier, sources, alone=False, choices=choices, moved=Moved(again.place, visits=again.visits)
    )


def _with_offer(said: Said, definition: Definition) -> Said:
    return replace(said, choices=(*said.choices, Choice(definition.shown, begin_words(definition))), alone=False)


def _between(story: Story, flows: Flows, rivals: tuple[str, ...]) -> Said:
    choices = [Choice(flows[name].shown, begin_words(flows[name])) for name in rivals]
    return Said(flow_words.which(story.language), tier=None, alone=False, choices=choices)


def _which_first(story: Story, flows: Flows, place: Place, meant: Understood) -> Said:
    """A second wish while one flow runs: now, later or instead."""
    other = flows[meant.wished]
    offered = replace(place, offered=meant.wished, moved_at=story.at)
    choices = [Choice(label, label) for label in flow_words.turns(story.language).values()]
    text = flow_words.which_first(story.language, flows[place.flow].shown, other.shown)
    return Said(text, tier=None, alone=False, choices=choices, moved=Moved(offered))
