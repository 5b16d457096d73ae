"""The turn's story, told with a scripted reach: what is asked, what is found, what the model says → what the customer gets."""

import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import translation

from apps.conversations.bot import courtesy, follow_up
from apps.conversations.bot.recall import Line
from apps.conversations.bot.stages.composing import Composed
from apps.conversations.bot.stages.doubt import Doubted
from apps.conversations.bot.stages.person import Asked
from apps.conversations.bot.stages.searching import Spelt
from apps.conversations.bot.steps import Step
from apps.conversations.bot.story import Choice, HandedOver, Judge, Model, Outcome, Said, Story, Writing, source
from apps.conversations.bot.turn import take_turn
from apps.conversations.bot.wish import is_wanted
from apps.conversations.models import Cause
from apps.filters.screening.screen import Screen
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Heard, Returned
from apps.flows.engine.step import Request
from apps.flows.understanding.understood import Understood
from apps.knowledge.passages import synonyms
from apps.knowledge.passages.synonyms import Meant, Vocabulary
from apps.knowledge.search.search import Hit
from apps.llm import languages
from apps.llm.models import Tier
from apps.llm.testing import ScriptedModel
from tests.conversations.bot.test_wishes import wordings

RETURNS = "You can return unused items within 30 days of delivery. The refund takes 5 working days."


def hit(score: float, *, kind: str = "qa", text: str = RETURNS, **more: Any) -> Hit:
    fields: dict[str, Any] = {
        "passage": 7,
        "article": str(uuid.UUID(int=3)),
        "kind": kind,
        "title": "Returns",
        "question": "How do I return something?",
        "text": text,
        "url": "",
        "score": score,
        "dense": score,
        "lexical": score,
        "dense_rank": 1,
        "lexical_rank": 1,
    }
    return Hit(**{**fields, **more})


@dataclass
class Reach:
    hits: dict[str, list[Hit]] = field(default_factory=dict)
    scripted: Sequence[Model] = ()
    before: Said | None = None
    searched: list[str] = field(default_factory=list)
    vocabulary: Vocabulary = synonyms.NONE
    judging: Judge | None = None
    meant: dict[str, str] = field(default_factory=dict)
    running: Flows = field(default_factory=dict)
    understanding: dict[str, Understood] = field(default_factory=dict)
    returned: Returned = field(default_factory=Returned)
    called: list[Request] = field(default_factory=list)
    rules: Screen | None = None

    def clock(self) -> float:
        return time.perf_counter()

    def computed(self) -> float:
        return time.thread_time()

    def search(self, question: str) -> Sequence[Hit]:
        self.searched.append(question)
        return self.hits.get(question, [])

    def synonyms(self, question: str) -> Sequence[Meant]:
        return self.vocabulary.found(question)

    def reworded(self, question: str) -> str:
        return synonyms.reworded(question, [(meant, meant.words[0]) for meant in self.synonyms(question)])

    def judge(self) -> Judge | None:
        return self.judging

    def read_as(self, question: str) -> str:
        return self.meant.get(question, "")

    def answered_before(self, question: str) -> Said | None:
        return self.before

    def models(self, languages: Collection[str]) -> Sequence[Model]:
        return self.scripted

    def screen(self) -> Screen | None:
        return self.rules

    def flows(self) -> Flows:
        return self.running

    def understood(
        self, place: Place | None, text: str, at: float, given: Mapping[str, Value] | None, before: str = ""
    ) -> Understood:
        return self.understanding.get(text, Understood(Heard(text)))

    def call(self, request: Request) -> Returned:
        self.called.append(request)
        return self.returned


def tell(question: str, reach: Reach, *, before: Sequence[str] = (), language: str = "en") -> list[Outcome]:
    transcript = [Line("visitor", text) for text in (*before, question)]
    with translation.override(language):
        return list(take_turn(Story(question, language, transcript, "Acme", sure=0.75, floor=0.35), reach))


def end_of(outcomes: list[Outcome]) -> Said | HandedOver:
    end = outcomes[-1]
    assert isinstance(end, Said | HandedOver)
    assert sum(isinstance(outcome, Said | HandedOver) for outcome in outcomes) == 1
    return end


def streamed(outcomes: list[Outcome]) -> str:
    return "".join(outcome.text for outcome in outcomes if isinstance(outcome, Writing))


def test_a_sure_answer_is_quoted_as_it_stands_and_no_model_is_asked() -> None:
    model = ScriptedModel(["Something else."])
    end = end_of(tell("How do I return it?", Reach({"How do I return it?": [hit(0.9)]}, [model])))
    assert end == Said(RETURNS, 1, end.sources) if isinstance(end, Said) else False
    assert isinstance(end, Said)
    assert end.sources[0].passage == 7
    assert not model.asked


def test_an_unsure_answer_is_composed_from_the_passages() -> None:
    model = ScriptedModel(["You can return unused ", "items within 30 days. ", "The refund takes 5 working days."])
    outcomes = tell("return?", Reach({"return?": [hit(0.5)]}, [model]))
    end = end_of(outcomes)
    assert isinstance(end, Said)
    assert end.tier == Tier.LOCAL
    assert end.text == streamed(outcomes) == "You can return unused items within 30 days. The refund takes 5 working days."
    assert RETURNS in model.asked[0][1]["content"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_answer_that_is_not_sure_is_shown_and_asked_about(language: str) -> None:
    """With the two next ones and a person on buttons. What these say is found, and heard."""
    found = [
        hit(0.5),
        hit(0.4, title="Returns"),
        hit(0.3, title="How long do refunds take?"),
        hit(0.1, kind="article", title="Gifts", heading="Gifts › Cards", text="Never expire."),
        hit(0.1, title="Too many"),
    ]
    end = end_of(outcomes := tell("return?", Reach({"return?": found}), language=language))
    assert isinstance(end, Said)
    assert end.text == f"**Returns**\n\n{RETURNS}\n\n{courtesy.doubt(language)}"
    *others, someone = end.choices
    assert [(choice.label, choice.say) for choice in others] == [
        ("How long do refunds take?", "How long do refunds take?"),
        ("Cards", "Gifts › Cards"),
    ]
    assert is_wanted(someone.say)
    told = [outcome.choices for outcome in outcomes if isinstance(outcome, Doubted)]
    assert told == [tuple(choice.say for choice in end.choices)], "what was offered can be learned from"


@pytest.mark.parametrize(
    "no", ["no", "Nope.", "No, not that", "none of these", "that isn't what I asked", "不是", "都不是", "不对"]
)
def test_a_no_to_what_was_asked_about_goes_to_a_person(no: str) -> None:
    doubted = f"**Returns**\n\n{RETURNS}\n\n{courtesy.doubt('en')}"
    end = talk("return?", doubted, no, reach=Reach())
    assert isinstance(end, HandedOver)
    assert (end.cause, end.said, end.summary["asked"]) == (Cause.LOW_CONFIDENCE, courtesy.not_this("en"), "return?")
    sure = talk("return?", RETURNS, no, reach=Reach())
    assert not isinstance(sure, HandedOver) or sure.cause != Cause.LOW_CONFIDENCE, "nothing was asked"


@pytest.mark.parametrize("said", ["yes", "thanks", "that's it", "no problem", "是的", "谢谢"])
def test_other_courtesies_after_a_doubt_are_courtesies(said: str) -> None:
    end = talk("return?", f"{RETURNS}\n\n{courtesy.doubt('en')}", said, reach=Reach())
    assert isinstance(end, Said)
    assert end.tier is None


def test_slips_are_put_right_only_where_the_words_as_they_are_find_nothing_sure() -> None:
    reach = Reach({"how to retrun": [hit(0.8)]}, meant={"how to retrun": "how to return"})
    assert isinstance(end_of(tell("how to retrun", reach)), Said)
    assert reach.searched == ["how to retrun"]


@pytest.mark.parametrize(("score", "is_asked"), [(0.85, False), (0.78, True)])
def test_what_is_found_for_a_question_put_right_must_be_surer_than_others_to_be_told_unasked(
    score: float, is_asked: bool
) -> None:
    other = hit(0.5, passage=8, article="b", title="Hats")
    reach = Reach({"how to retrun": [other], "how to return": [hit(score)]}, meant={"how to retrun": "how to return"})
    end = end_of(outcomes := tell("how to retrun", reach))
    assert isinstance(end, Said)
    assert (RETURNS in end.text, bool(end.choices)) == (True, is_asked)
    assert [choice.label for choice in end.choices][:1] == ["Hats"] * is_asked
    (step,) = [outcome for outcome in outcomes if isinstance(outcome, Spelt)]
    assert (step.question, step.told.title) == ("how to return", "Read as")


def test_a_question_put_right_that_finds_less_changes_nothing() -> None:
    asked = "how do I retrun these"
    reach = Reach({asked: [hit(0.5)], "return": [hit(0.2, passage=8, title="Hats", text="Hats.")]}, meant={asked: "return"})
    end = end_of(tell(asked, reach))
    assert isinstance(end, Said)
    assert end.text.startswith("**Returns**")


def test_a_follow_up_is_put_right_before_it_is_read_with_what_it_hangs_on() -> None:
    joint = "how to return and to canada"
    reach = Reach({joint: [hit(0.6, text="To Canada it takes 8 days.")]}, meant={"and to canda": "and to canada"})
    end = end_of(tell("and to canda", reach, before=["how to return"]))
    assert isinstance(end, Said)
    assert "Canada" in end.text


def test_what_is_asked_in_pinyin_is_answered_in_chinese() -> None:
    found = [hit(0.99, text="签收后 7 天内可以退货。", language="zh-hans")]
    reach = Reach({"怎么退货": found}, meant={"zenme tuihuo": "怎么退货"})
    end = end_of(tell("zenme tuihuo", reach))
    assert isinstance(end, Said)
    assert end.text == "签收后 7 天内可以退货。"


def test_a_sure_answer_offers_nothing_else() -> None:
    end = end_of(tell("return?", Reach({"return?": [hit(0.9), hit(0.4, title="Refunds")]})))
    assert isinstance(end, Said)
    assert not end.choices


def test_what_the_passages_do_not_support_is_never_shown() -> None:
    model = ScriptedModel(["You can return unused items within 30 days. ", "We also pay you 500 dollars. ", "Enjoy."])
    outcomes = tell("return?", Reach({"return?": [hit(0.5)]}, [model]))
    assert "500" not in streamed(outcomes)
    end = end_of(outcomes)
    assert isinstance(end, Said)
    assert end.text.strip() == "You can return unused items within 30 days."


@pytest.mark.parametrize("failure", ["slow", "down", "limited", "refused", "nonsense"])
def test_a_model_that_fails_degrades_to_the_next_and_then_to_the_quoted_passage(failure: str) -> None:
    broken, good = ScriptedModel(fails=failure), ScriptedModel(["The refund takes 5 working days."], tier=Tier.CLOUD)
    end = end_of(tell("return?", Reach({"return?": [hit(0.5)]}, [broken, good])))
    assert isinstance(end, Said)
    assert end.tier == Tier.CLOUD
    end = end_of(tell("return?", Reach({"return?": [hit(0.5)]}, [broken])))
    assert isinstance(end, Said)
    assert end.tier == 1
    assert RETURNS in end.text


@pytest.mark.parametrize("nonsense", ["", "   ", "I don't know.", "asdf qwer zxcv", "\x00\x00", "<b>Buy 3 pizzas</b>"])
def test_nonsense_of_a_model_is_not_said(nonsense: str) -> None:
    end = end_of(tell("return?", Reach({"return?": [hit(0.5)]}, [ScriptedModel([nonsense])])))
    assert isinstance(end, Said)
    assert end.tier == 1


def test_what_was_checked_before_a_model_failed_is_kept() -> None:
    model = ScriptedModel(["You can return unused items within 30 days. And th"], fails="slow")
    outcomes = tell("return?", Reach({"return?": [hit(0.5)]}, [model]))
    end = end_of(outcomes)
    assert isinstance(end, Said)
    assert end.text == streamed(outcomes) == "You can return unused items within 30 days. "


def test_nothing_known_goes_to_a_person_with_what_was_tried() -> None:
    end = end_of(tell("Do you sell pizza?", Reach({"Do you sell pizza?": [hit(0.1)]})))
    assert isinstance(end, HandedOver)
    assert end.cause == Cause.NO_PASSAGE
    assert end.summary["asked"] == "Do you sell pizza?"
    assert end.summary["found"][0]["title"] == "Returns"


def test_no_hits_at_all_go_to_a_person() -> None:
    assert isinstance(end_of(tell("?? what", Reach())), HandedOver)


def test_a_question_answered_before_is_answered_without_a_search() -> None:
    reach = Reach(before=Said("As before.", 0))
    assert end_of(tell("return?", reach)) == reach.before
    assert not reach.searched


FRANCE, CANADA = "To France it takes 3 days.", "To Canada it takes 9 days."


def talk(*lines: str, reach: Reach, language: str = "en") -> Said | HandedOver:
    """A transcript in which customer and bot take turns; the last line is the customer's question."""
    told = [Line(("visitor", "bot")[place % 2], text) for place, text in enumerate(lines)]
    return end_of(list(take_turn(Story(lines[-1], language, told, "Acme", sure=0.75, floor=0.35), reach)))


def test_a_follow_up_is_read_with_the_question_before_it() -> None:
    asked = "How long is shipping to France?"
    together = [hit(0.9, text=FRANCE), hit(0.8, text=CANADA, passage=8)]
    reach = Reach({"How long is shipping to Canada": together})
    end = talk(asked, FRANCE, "And to Canada?", reach=reach)
    assert isinstance(end, Said)
    assert (end.text, end.alone) == (CANADA, False), "not France again, though that ranks first"
    end = talk(asked, FRANCE, "thanks", "You're welcome.", "And to Canada?", reach=reach)
    assert isinstance(end, Said)
    assert end.text == CANADA, "a courtesy is no question before"


@pytest.mark.parametrize("new", ["Do you sell helicopters?", "I was charged twice", "how much", "我的包裹破损了"])
def test_what_was_recalled_is_no_answer_to_new_words_that_it_does_not_hold(new: str) -> None:
    asked = "How long is the warranty?"
    reach = Reach({new: [hit(0.1)], f"{asked} {new}": [hit(0.95, text="The warranty lasts 3 years."), hit(0.8, text=CANADA)]})
    end = talk(asked, "The warranty lasts 3 years.", new, reach=reach)
    assert isinstance(end, HandedOver)
    assert end.cause == Cause.NO_PASSAGE


@pytest.mark.parametrize("new", ["and its weight?", "how long?"])
def test_a_sure_answer_to_words_that_lean_on_others_is_asked_about_when_these_point_elsewhere(new: str) -> None:
    tent, bag = hit(0.9, text="4 lb.", passage=1, article="tent"), hit(0.8, text="Warm.", passage=2, article="bag")
    reach = Reach({new: [tent], f"is the bag warm? {new}": [bag]})
    end = talk("is the bag warm?", "Yes.", new, reach=reach)
    assert isinstance(end, Said)
    assert end.choices
    reach.hits[f"is the bag warm? {new}"] = [tent]
    assert talk("is the bag warm?", "Yes.", new, reach=reach) == Said("4 lb.", 1, [source(tent)])


def test_an_answer_that_others_would_not_get_is_not_remembered_for_them() -> None:
    new = "Which warranty do you give on tents?"
    said, other = hit(0.6, text="Two years.", passage=1), hit(0.5, text="Poles are replaced.", passage=2, article="poles")
    end = talk("What is your guarantee?", "Two years.", new, reach=Reach({new: [said, other]}))
    assert isinstance(end, Said)
    assert "Poles are replaced." in end.text, "because the first was just said"
    assert not end.alone
    end = talk("hi", "Hello!", new, reach=Reach({new: [said, other]}))
    assert isinstance(end, Said)
    assert "Two years." in end.text
    assert end.alone, "a greeting changes nothing"
    end = talk("What is your guarantee?", "Two years.", new, reach=Reach({new: [hit(0.9)]}))
    assert isinstance(end, Said)
    assert end.alone, "so does nothing where it is sure"


def test_a_question_that_leans_on_nothing_is_read_by_its_own_words_from_a_likely_score_on() -> None:
    asked, new = "How long is shipping to France?", "Do you deliver parcels to Canada?"
    reach = Reach({new: [hit(0.4, text=CANADA)], f"{asked} {new}": [hit(0.9, text="Something else.")]})
    end = talk(asked, FRANCE, new, reach=reach)
    assert isinstance(end, Said)
    assert (CANADA in end.text, end.alone, reach.searched) == (True, True, [new])
    reach.hits[new] = [hit(0.1, text=CANADA)]
    end = talk(asked, FRANCE, new, reach=reach)
    assert isinstance(end, Said | HandedOver)
    assert len(reach.searched) == 3, "it found next to nothing, and is read with the one before, too"


def test_a_doubt_is_remembered_in_the_middle_of_a_talk_but_not_told_twice_in_a_row() -> None:
    new = "Do you deliver parcels to Canada?"
    doubted = Said(f"{CANADA}\n\n{courtesy.doubt('en')}", 0, choices=(Choice("a", "b"),))
    end = talk("How long is shipping to France?", FRANCE, new, reach=Reach(before=doubted))
    assert end == doubted
    reach = Reach({new: [hit(0.4, text=CANADA), hit(0.37, text="By ship.", passage=2, article="b")]}, before=doubted)
    end = talk("How long is shipping to Canada?", doubted.text, new, reach=reach)
    assert isinstance(end, Said)
    assert reach.searched == [new]


@pytest.mark.parametrize("new", ["and to Canada?", "Do you ship it to Canada?"])
@pytest.mark.parametrize("choices", [(), (Choice("a", "b"),)])
def test_what_was_remembered_is_no_answer_to_words_that_mean_something_else_here(new: str, choices: Sequence[Choice]) -> None:
    asked, reach = "How long is shipping to France?", Reach(before=Said("Something else.", 0, choices=choices))
    reach.hits = {follow_up.together(asked, new): [hit(0.9, text=CANADA)]}
    end = talk(asked, FRANCE, new, reach=reach)
    assert isinstance(end, Said)
    assert CANADA in end.text
    end = talk(new, reach=reach)
    assert isinstance(end, Said)
    assert end.text == "Something else.", "at the beginning it means the same to all"


def test_the_same_answer_is_not_given_twice_in_a_row() -> None:
    reach = Reach({text: [hit(0.9)] for text in ("How do I return it?", "and without the box?", "and worn?")})
    end = talk("How do I return it?", RETURNS, "and without the box?", reach=reach)
    assert isinstance(end, Said)
    assert end.text == courtesy.above("en")
    assert (end.sources[0].passage, end.alone) == (7, False), "with its source, and not remembered for others"
    end = talk("How do I return it?", RETURNS, "ok", "All right.", "and without the box?", reach=reach)
    assert isinstance(end, Said)
    assert end.text == courtesy.above("en")
    end = talk("How do I return it?", RETURNS, "and without the box?", courtesy.above("en"), "and worn?", reach=reach)
    assert isinstance(end, HandedOver), "pointed to it once, that is enough"
    assert end.summary["tried"] == "repeated"


@pytest.mark.parametrize("score", [0.5, 0.9])
def test_neither_a_model_nor_what_was_remembered_repeats_the_last_answer(score: float) -> None:
    model = ScriptedModel(["You can return unused items within 30 days."])
    doubted = f"{RETURNS}\n\n{courtesy.doubt('en')}"
    end = talk("How do I return it?", doubted, "and worn?", reach=Reach({"and worn?": [hit(score)]}, [model]))
    assert isinstance(end, Said)
    assert end.text == courtesy.above("en")
    assert not model.asked
    end = talk("How do I return it?", RETURNS, "can worn boots go back", reach=Reach(before=Said(RETURNS, 0)))
    assert isinstance(end, Said)
    assert end.text == courtesy.above("en")


def test_the_very_same_question_is_answered_again() -> None:
    reach = Reach({text: [hit(0.9)] for text in ("How do I return it?", "how do i retrun it")})
    for again in reach.hits:
        end = talk("How do I return it?", RETURNS, again, reach=reach)
        assert isinstance(end, Said)
        assert end.text == RETURNS


def test_a_story_can_be_closed_in_the_middle_and_the_model_with_it() -> None:
    model = ScriptedModel(["You can return unused items within 30 days. "] * 5)
    story: Any = take_turn(Story("return?", "en", [], "Acme", 0.75, 0.35), Reach({"return?": [hit(0.5)]}, [model]))
    for outcome in story:
        if isinstance(outcome, Writing):
            break
    story.close()
    assert model.closed


def test_every_step_of_the_story_is_in_the_trace() -> None:
    outcomes = tell("return?", Reach({"return?": [hit(0.5)]}, [ScriptedModel(["The refund takes 5 working days."])]))
    assert [outcome.kind for outcome in outcomes if isinstance(outcome, Step)] == ["cache", "search", "prepare", "model"]


@pytest.mark.parametrize(
    "wish",
    [
        "agent please", "I want to talk to a human", "can i speak with someone", "Talk to a real person!", "human",
        "connect me to an agent", "get me a representative", "I need a person", "transfer me to your staff", "live agent",
        "not a bot please", "我要转人工", "人工", "转人工", "人工客服", "找客服", "帮我转一下人工", "我想跟真人说话",
        "有人工吗人工客服在吗",
        "不要机器人", "叫个真人来",
        "请帮我转接人工客服", "客服",
    ],
)  # fmt: skip
def test_a_wish_for_a_person_is_heard_before_all_else(wish: str) -> None:
    reach = Reach({wish: [hit(0.99)]}, before=Said("cached", 0))
    end = end_of(tell(wish, reach))
    assert isinstance(end, HandedOver)
    assert end.cause == Cause.ASKED
    assert not reach.searched


@pytest.mark.parametrize(
    "question",
    [
        "What is your customer service phone number?", "客服电话是多少", "How many people fit in the tent?", "人工费怎么算",
        "Is the jacket for a person of 1.90 m?", "这个耳机支持人工智能吗", "Do agents get a discount?", "客服几点下班",
    ],
)  # fmt: skip
def test_a_question_about_people_is_no_wish_for_one(question: str) -> None:
    assert not is_wanted(question)


def test_no_answer_however_sure_no_cache_and_no_model_swallows_the_third_wish() -> None:
    """Wordings that the rules for one message do not know, met by a reach that would answer everything."""
    said = ["有人吗", "hmm humans anywhere", "i would rather have somebody on the phone"]
    assert not any(is_wanted(text) for text in said)
    model = ScriptedModel(["You can return unused items within 30 days."])
    reach = Reach({text: [hit(0.99)] for text in said}, [model], before=Said("cached", 0))
    outcomes = tell(said[-1], reach, before=said[:-1])
    end = end_of(outcomes)
    assert isinstance(end, HandedOver)
    assert end.cause == Cause.ASKED
    assert [outcome.how for outcome in outcomes if isinstance(outcome, Asked)] == ["insisted"]
    assert not reach.searched
    assert not model.asked


def test_one_wish_in_a_burst_that_looks_like_a_courtesy_is_heard() -> None:
    assert isinstance(end_of(tell("hello\nagent please\nthanks", Reach(before=Said("cached", 0)))), HandedOver)


def test_the_same_question_answered_twice_in_vain_goes_to_a_person() -> None:
    asked = "Can I return a tent that got wet?"
    reach = Reach({asked: [hit(0.99)]}, before=Said("As before.", 0))
    lines = [Line("visitor", asked), Line("bot", RETURNS), Line("visitor", f"{asked}!!"), Line("bot", RETURNS)]
    story = Story(asked, "en", [*lines, Line("visitor", asked.lower())], "Acme", sure=0.75, floor=0.35)
    end = end_of(list(take_turn(story, reach)))
    assert isinstance(end, HandedOver)
    assert (end.cause, end.summary["tried"]) == (Cause.LOW_CONFIDENCE, "repeated")
    typed_at_once = Story(asked, "en", [Line("visitor", asked)] * 3, "Acme", sure=0.75, floor=0.35)
    assert isinstance(end_of(list(take_turn(typed_at_once, reach))), Said), "the bot has not answered yet"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_courtesy_is_returned_without_a_search_also_as_first_message(language: str) -> None:
    for text in wordings(f"courtesies_{language}.txt"):
        reach = Reach({text: [hit(0.99)]}, before=Said("As before.", 0))
        end = end_of(tell(text, reach))
        assert isinstance(end, Said), text
        assert (end.tier, end.sources, reach.searched) == (None, (), []), text


def test_a_courtesy_with_a_question_is_a_question() -> None:
    assert not [text for text in wordings("nearly_courtesies.txt") if courtesy.reply(text, "en", "Acme")]
    assert courtesy.reply("Hi, where is my order?", "en", "Acme") is None
    assert courtesy.reply("你好,怎么退货", "zh-hans", "Acme") is None


def test_signs_alone_are_a_courtesy_and_upset_ones_are_heard() -> None:
    assert courtesy.kind_of("👍") == courtesy.kind_of("❤️ 🙏") == "ok"
    assert courtesy.kind_of("😡😡") == courtesy.kind_of("??") == "unclear"
    assert courtesy.kind_of("") is None


def test_courtesies_are_answered_in_both_languages() -> None:
    for text in ("thx bye", "how are you", "test", "ok", "hi", "thanks", "??", "are you a bot"):
        said = [courtesy.reply(text, language, "Acme") or "" for language in ("en", "zh-hans")]
        assert [languages.of(one.replace("Acme", "")) for one in said] == ["en", "zh-hans"], said


@pytest.mark.parametrize(
    ("question", "language", "code"),
    [("What does E0471 mean?", "en", "E0471"), ("错误 e 0471", "zh-hans", "E0471"), ("Ｅ－０４７１", "zh-hans", "E0471")],
)
def test_an_unknown_code_is_said_to_be_unknown_and_goes_to_a_person(question: str, language: str, code: str) -> None:
    end = end_of(tell(question, Reach({question: [hit(0.1)]}), language=language))
    assert isinstance(end, HandedOver)
    assert end.cause == Cause.NO_PASSAGE
    assert code in end.said
    assert languages.of(end.said.replace(code, "")) == language


@pytest.mark.parametrize(
    ("question", "passage", "asked"), [("en", "en", {"en"}), ("en", "zh-hans", {"en", "zh-hans"}), ("zh-hans", "", {"zh-hans"})]
)
def test_a_model_is_asked_only_if_it_is_good_for_question_and_passages(question: str, passage: str, asked: set[str]) -> None:
    class Choosy(Reach):
        wanted: Collection[str] = ()

        def models(self, languages: Collection[str]) -> Sequence[Model]:
            self.wanted = languages
            return ()

    reach = Choosy({"return?": [hit(0.5, language=passage), hit(0.4, language="en" if passage else "")]})
    tell("return?", reach, language=question)
    assert set(reach.wanted) == asked


def test_a_model_that_writes_nothing_supported_in_time_costs_no_more_than_that() -> None:
    class Late(Reach):
        now = 0.0

        def clock(self) -> float:
            self.now += 0.2
            return self.now

    slow, next_one = (
        ScriptedModel(["You can return unused", "", ""] + [""] * 99),
        ScriptedModel(["The refund takes 5 working days."]),
    )
    end = end_of(outcomes := tell("return?", Late({"return?": [hit(0.5)]}, [slow, next_one])))
    assert isinstance(end, Said)
    assert (end.tier, next_one.asked) == (1, [])
    assert not streamed(outcomes), "what was broken off is no sentence"
    assert slow.closed
    assert [outcome.failed for outcome in outcomes if isinstance(outcome, Composed)] == ["patience"]


@pytest.mark.parametrize(
    ("score", "question"), [(0.5, "E0471?"), (0.9, "What does the error E 0471 mean"), (0.5, "错误Ｅ０４７１怎么办")]
)
def test_who_asks_after_an_unknown_code_alone_gets_no_passage_about_something_else(score: float, question: str) -> None:
    end = end_of(tell(question, Reach({question: [hit(score)]})))
    assert isinstance(end, HandedOver)
    assert "E0471" in end.said
    known = end_of(tell(question, Reach({question: [hit(score, text="E-0471: the filter is full.")]})))
    assert isinstance(known, Said)


def test_a_code_beside_a_question_hides_no_answer() -> None:
    question = "How do I return order SF12345678?"
    assert isinstance(end_of(tell(question, Reach({question: [hit(0.9)]}))), Said)
