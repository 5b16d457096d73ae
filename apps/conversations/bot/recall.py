"""Recall: earlier messages, as far as they help to read what is said now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.conversations.bot import courtesy, follow_up, support, wish, wording
from apps.conversations.wire import events
from apps.knowledge.search.search import Hit
from apps.llm import languages

LONGEST_PART = 120  # characters of an answer that may itself be what is asked about
PART = 8  # characters from which what was said may be told from an answer as a part of it
SAME_ANSWER = 0.9  # likeness of letters from which two answers are one


@dataclass(frozen=True)
class Line:
    """One message of the transcript. `about`: the title of what the bot quotes in it, "" where it quotes nothing; `choices`:
    what its buttons say, a person's at the end. `form`: the id of the form that the bot shows in it, or that the customer
    answers by it; `values`: what was entered, as it was. `written`: the words before the filters masked them, "" where they
    did not. `confided`: they answered a sensitive question, so that the text shows nothing of them."""

    author: str
    text: str
    about: str = ""
    choices: Sequence[str] = ()
    form: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    written: str = ""
    confided: bool = False

    @classmethod
    def of(cls, author: str, body: Mapping[str, Any], sealed: Mapping[str, Any] | None = None, written: str = "") -> "Line":
        """A message as it is stored. `sealed`: its sensitive values, and `written`: its original, where they were opened."""
        sources, form = body.get("sources") or [{}], body.get("form") or {}
        return cls(
            author,
            str(body["text"]),
            about=str(sources[0].get("title", "")),
            choices=tuple(str(button.get("say", "")) for button in body.get("buttons") or ()),
            form=str(form.get("id", "")),
            values={**body.get("values", {}), **(sealed or {})},
            written=written,
            confided=events.is_confided(str(body["text"]), str((body.get("masked") or [{}])[0].get("what", ""))),
        )

    @property
    def is_answer(self) -> bool:
        """Whether the customer answers a form by it: its words are mostly the form's, and no question."""
        return self.author == "visitor" and bool(self.form)

    @property
    def typed(self) -> str:
        """The customer's own words in it."""
        if not self.is_answer:
            return self.text
        return "\n".join(value for value in self.values.values() if isinstance(value, str))


def language(transcript: Sequence[Line], *, default: str) -> str:
    """The customer's: of their newest message that has one. A code, a name or a sign has none."""
    said = (languages.found(line.text) for line in reversed(transcript) if line.author == "visitor" and not line.is_answer)
    return next((spoken for spoken in said if spoken), default)


def question_before(transcript: Sequence[Line]) -> str:
    """The question before the last one, courtesies left out; "" when this conversation has none."""
    said = [line for line in transcript if line.author == "visitor"][:-1]
    asked = (line.text for line in reversed(said) if not line.is_answer)
    return next((text for text in asked if text.strip() and courtesy.kind_of(text) is None), "")


def contexts(transcript: Sequence[Line], *, topic: bool = True) -> list[str]:
    """The things that the last question may hang on, the nearest first: with `topic` what the bot last quoted, by its title;
    the question before, together with the one that this hangs on; and the last that stood on its own feet and was surely
    answered. None when the customer left what was talked of."""
    talk = _of_this_topic(transcript)
    if not talk:
        return []
    nearest = _together([asked for asked, _ in talk])
    sure = next((asked for asked, said in talk[1:] if not _hangs(asked) and courtesy.is_sure(said.text)), "")
    quoted = next((_topic(said) for _, said in talk if topic and said.about), "")
    found = [quoted, nearest] if _hangs(talk[0][0]) else [nearest, quoted]
    return list(dict.fromkeys(filter(None, [*found, "" if sure in nearest else sure])))


def _topic(said: Line) -> str:
    """The topic of an answer, as a question would name it."""
    heading = courtesy.heading(said.text)
    return f"{said.about} {heading}" if heading and heading != said.about else said.about


def short_answer(transcript: Sequence[Line]) -> str:
    """The last answer where it is so short that it is itself what is asked about (“return it when it comes” – “how much?”)."""
    talk = _of_this_topic(transcript)
    said = courtesy.bare(talk[0][1].text) if talk and talk[0][1].about else ""
    return said if len(said) <= LONGEST_PART else ""


def followed(transcript: Sequence[Line]) -> str:
    """The question before the last one, together with the one that it hangs on; "" when there is none on this topic."""
    return _together([asked for asked, _ in _of_this_topic(transcript)])


def _together(asked: Sequence[str]) -> str:
    """The first of these questions, the newest first, with the one before it that it hangs on."""
    standing = next((each for each in asked if not _hangs(each)), asked[-1] if asked else "")
    hangs = asked and standing and standing != asked[0] and _hangs(asked[0])
    return f"{standing} {asked[0]}" if hangs else "".join(asked[:1])


def _hangs(question: str) -> bool:
    return follow_up.leans(question) or support.asked(question).is_bare


def begins(transcript: Sequence[Line]) -> bool:
    """Whether nothing was said before that could change the answer; courtesies do not."""
    return not contexts(transcript) and not last_answer(transcript)


def _of_this_topic(transcript: Sequence[Line]) -> list[tuple[str, Line]]:
    """The questions before, each with the bot's answer to it, the newest first, as far as none left what was talked of."""
    found: list[tuple[str, Line]] = []
    said = Line("bot", "")
    if not transcript or follow_up.leaves(transcript[-1].text):
        return found
    for line in reversed(transcript[:-1]):
        if line.author != "visitor":
            said = line
            continue
        if line.is_answer:
            continue
        if line.text.strip() and courtesy.kind_of(line.text) is None:
            found.append((follow_up.own(line.text), said))
        if follow_up.leaves(line.text):
            break
    return found


def last_answer(transcript: Sequence[Line]) -> str:
    """The bot's last answer to a question. Replies to courtesies, and those that point to its last answer, are passed over."""
    polite = False
    said = ""
    for line in transcript:
        if line.author == "visitor":
            polite = courtesy.kind_of(line.text) is not None
        elif not polite and not is_pointing(line):
            said = courtesy.bare(line.text) if line.author == "bot" else ""
    return said


def was_sure(transcript: Sequence[Line]) -> bool:
    """Whether the customer was not asked about the bot's last words."""
    return next((courtesy.is_sure(line.text) for line in reversed(transcript) if line.author != "visitor"), False)


def pointed_back(transcript: Sequence[Line]) -> bool:
    """Whether the bot's last words were that it said all it knows."""
    return next((is_pointing(line) for line in reversed(transcript) if line.author != "visitor"), False)


def is_pointing(line: Line) -> bool:
    return line.author == "bot" and line.text in {courtesy.above(spoken) for spoken in languages.ALL}


def asks_again(question: str, transcript: Sequence[Line]) -> bool:
    """Whether the customer says the very same as before: then they want to read it again."""
    before = question_before(transcript)
    one, other = (wording.compact(wording.plain(text)) for text in (question, before))
    return bool(before) and (one == other or (min(len(one), len(other)) > 3 and wish.is_same(one, other)))


def is_same_answer(answer: str, said: str) -> bool:
    """Whether `answer` was just given, word for word or nearly so, or a part of it was; `said` as of `last_answer`."""
    given = courtesy.bare(answer)
    part = len(said) >= PART and said in given
    return bool(said) and (part or given == said or wording.likeness(given, said) >= SAME_ANSWER)


def was_just_said(hit: Hit, transcript: Sequence[Line]) -> bool:
    """Whether the last answer was this entry, or a part of it."""
    if is_same_answer(hit.text, last_answer(transcript)):
        return True
    said = next((line for line in reversed(transcript) if line.about), None)
    section = hit.heading.rpartition(" › ")[2]
    return said is not None and hit.kind != "qa" and said.about == hit.title and courtesy.heading(said.text) == section


def unsaid(hits: Sequence[Hit], transcript: Sequence[Line]) -> list[Hit]:
    """The hits that were not just said."""
    said = last_answer(transcript)
    return [hit for hit in hits if not is_same_answer(hit.text, said)]


def merged(hits: Sequence[Hit], others: Sequence[Hit]) -> list[Hit]:
    """Each entry once, with its better score, the best first."""
    best: dict[int, Hit] = {}
    for hit in sorted((*hits, *others), key=lambda hit: -hit.score):
        if not any(hit.passage == held.passage or (hit.kind == "qa" and hit.article == held.article) for held in best.values()):
            best[hit.passage] = hit
    return list(best.values())
