"""Words that mean the same, in the search and in a turn: only where the release holds them."""

import pytest
from django.core.exceptions import ValidationError

from apps.conversations.bot.stages.searching import Reworded, Searched
from apps.conversations.bot.story import Said
from apps.conversations.worker.rehearsal import Rehearsal, rehearse
from apps.knowledge.models import SearchSettings
from apps.knowledge.search import postings
from apps.releases import publishing
from apps.releases.models import Release
from apps.tenants import context
from tests.cast import Cast
from tests.knowledge.conftest import ask, know


def write(text: str) -> Release:
    SearchSettings.objects.update_or_create(pk=1, defaults={"synonyms": text})
    return publishing.publish()


@pytest.fixture
def bags(acme: Cast) -> None:
    know("How do I wash a backpack?", "By hand, in lukewarm water.")
    know("How do I wash a jacket?", "At 30 degrees, without softener.")
    know("Do you repair tents?", "Yes, in our workshop.")
    know("花呗怎么开通？", "在支付设置里打开。", language="zh-hans")
    publishing.publish()


def best(tried: Rehearsal) -> tuple[str, float]:
    found = [step for step in tried.steps if isinstance(step, Searched)]
    return max(((hit.title, hit.score) for step in found for hit in step.hits), key=lambda hit: hit[1])


def test_another_word_finds_what_the_shops_own_finds(bags: None) -> None:
    before = rehearse("how do I wash a zobbel")
    write("zobbel, backpack, satchel")
    after = rehearse("how do I wash a zobbel")
    assert best(after)[0] == "How do I wash a backpack?"
    assert best(after)[1] > best(before)[1]
    first, second, *_rest = [step for step in after.steps if isinstance(step, Searched)]
    assert first.words == ("zobbel → backpack, satchel",)
    assert isinstance(second, Reworded)
    assert second.question == "how do I wash a backpack", "the word that the knowledge holds, whichever comes first"
    assert isinstance(after.end, Said)
    assert "By hand" in after.end.text
    assert best(rehearse("HOW DO I WASH A ＺＯＢＢＥＬ"))[0] == "How do I wash a backpack?"


def test_a_word_that_no_passage_holds_is_not_read(bags: None) -> None:
    write("zobbel, satchel\ntrindle, satchel, rucksack, wash")
    assert not any(isinstance(step, Reworded) for step in rehearse("how do I clean a zobbel").steps)
    reworded = [step for step in rehearse("how do I trindle a zobbel").steps if isinstance(step, Reworded)]
    assert [step.question for step in reworded] == ["how do I wash a zobbel"]


def test_one_way_goes_one_way(bags: None) -> None:
    write("backpack → zobbel")
    assert not any(isinstance(step, Reworded) or getattr(step, "words", ()) for step in rehearse("wash a zobbel").steps)
    assert any(getattr(step, "words", ()) for step in rehearse("wash a backpack").steps)


def test_traditional_characters_find_a_chinese_group(bags: None) -> None:
    write("随心付，花呗")
    assert best(rehearse("隨心付怎麼開通"))[0] == "花呗怎么开通？"


def test_without_groups_nothing_changes(bags: None) -> None:
    before = rehearse("how do I wash a zobbel")
    write("# nothing yet\n")
    after = rehearse("how do I wash a zobbel")
    assert (after.end, len(after.steps)) == (before.end, len(before.steps))


def test_a_written_word_counts_for_more_than_one_that_means_the_same(bags: None) -> None:
    know("zobbel")
    written = {hit.title: hit.lexical for hit in ask("zobbel", others=["backpack"])}
    assert written["zobbel"] > 2 * written["How do I wash a backpack?"] > 0
    assert postings.most_held(["satchel", "backpack", "jacket"]) == "backpack"


def test_a_release_keeps_the_words_it_was_published_with(bags: None) -> None:
    old = publishing.active()
    new = write("zobbel, backpack")
    assert (new.number, new.summary) == (old.number + 1, "Words that mean the same: 1 added, 0 removed")
    assert publishing.publish().number == new.number
    SearchSettings.objects.update(synonyms="zobbel, jacket")
    assert best(rehearse("how do I wash a zobbel"))[0] == "How do I wash a backpack?", "a change that was not published"
    assert not any(isinstance(step, Reworded) for step in rehearse("how do I wash a zobbel", release=old).steps)
    publishing.activate(old)
    assert SearchSettings.load().synonyms == ""
    publishing.activate(new)
    assert SearchSettings.load().synonyms == "zobbel, backpack"


def test_releases_of_before_there_were_any_are_read(bags: None) -> None:
    write("zobbel, backpack")
    frozen = {name: part for name, part in publishing.active().frozen.items() if name != "search"}
    older = Release.objects.create(number=99, frozen=frozen)
    assert not any(isinstance(step, Reworded) for step in rehearse("how do I wash a zobbel", release=older).steps)
    publishing.activate(older)
    assert SearchSettings.load().synonyms == "zobbel, backpack", "it says nothing of them"


def test_another_tenant_has_words_of_its_own(cast: Cast, bags: None) -> None:
    write("zobbel, backpack")
    with context.inside(cast.globex):
        know("How do I wash a backpack?", "Never.")
        know("How do I wash a jacket?", "Never.")
        publishing.publish()
        assert not any(isinstance(step, Reworded) for step in rehearse("how do I wash a zobbel").steps)
        assert SearchSettings.load().synonyms == ""


def test_the_row_itself_takes_no_bad_lines(acme: Cast) -> None:
    with pytest.raises(ValidationError):
        SearchSettings(synonyms="alone").full_clean()
