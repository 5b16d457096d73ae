"""A tenant's marks teach the model of offence, beside what is shipped, for that tenant alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.conversations.marking import lessons
from apps.conversations.models import Event, Lesson, Mark
from apps.conversations.sweeping import learning
from apps.filters import part
from apps.filters.kinds.classifier import Classifier
from apps.filters.learning import FEWEST
from apps.filters.models import Filter, Weights
from apps.filters.rule import Direction, Where
from apps.releases.publishing import activate, active, publish
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member
from tests.agents.asking import ask
from tests.cast import Cast

BAGS = [
    *("垃圾袋有几种尺寸", "这款垃圾桶还有货吗", "垃圾桶多少钱", "厨房垃圾袋怎么卖", "垃圾袋能退吗", "买十卷垃圾袋打折吗"),
    *("垃圾桶带盖子吗", "垃圾袋是黑色的吗", "智能垃圾桶怎么充电", "垃圾分类桶有货吗", "请问垃圾袋多厚", "垃圾桶滤网在哪买"),
]
ABUSE = [
    *(
        "你们就是一群骗子，没良心",
        "客服都是脑残吧",
        "你们公司的人都该死",
        "滚，没素质的东西",
        "你妈没教过你做人吗",
        "一群白痴在上班",
    ),
    *("这家店的人都是狗", "你们真不要脸", "废物客服，去死吧", "你是不是傻，蠢货", "贱人，别再发短信", "这帮孙子就会骗人"),
]
ASKED = "这个垃圾袋多大"


def marked(by: Member, offensive: list[str] = ABUSE, safe: list[str] = BAGS) -> None:
    Mark.write(offensive, True, by)
    Mark.write(safe, False, by)


def learnt(by: Member) -> Lesson:
    row = lessons.begin(by=by)
    lessons.advance(str(row.pk))
    row.refresh_from_db()
    return row


def finds(text: str, weights: str = "") -> bool:
    return bool(list(Classifier().finder([{"threshold": 0.5, "weights": weights}]).find(text)))


def test_what_was_marked_is_judged_otherwise_and_all_else_as_before(acme: Cast) -> None:
    marked(acme.alice)
    row = learnt(acme.alice)
    assert row.state == Lesson.State.DONE
    assert row.weights == Weights.objects.get().digest
    assert finds(ASKED)
    assert not finds(ASKED, row.weights)
    for text in ("这帮外地人都是没素质的垃圾，滚回老家去", "你们都是垃圾"):
        assert finds(text, row.weights)
    for text in ("转账失败怎么办", "My card was stolen, please block it."):
        assert not finds(text, row.weights)


def test_how_it_judges_marks_is_told_by_marks_that_it_has_not_seen(acme: Cast) -> None:
    marked(acme.alice)
    found = learnt(acme.alice).found
    assert sum(found["held_out"]) >= sum(found["before"])
    assert sum(found["held_out"]) <= len(ABUSE) + len(BAGS)
    (examples,) = found["examples"]
    assert examples["n"] == 4
    assert examples["failing"] == [0, 0]


def test_too_few_marks_teach_nothing_and_that_is_said(acme: Cast) -> None:
    marked(acme.alice, ABUSE[: FEWEST - 1])
    with pytest.raises(Refusal, match=r"10 marks of each side\. There are 9 offensive ones and 12 others"):
        lessons.begin(by=acme.alice)
    assert not Lesson.objects.exists()


def test_marks_that_only_confuse_leave_the_shipped_model(acme: Cast) -> None:
    """Where what they teach is worse, held out, nothing is kept that a rule could name."""
    people = [
        "外地人",
        "河南人",
        "东北人",
        "上海人",
        "女人",
        "黑人",
        "农村人",
        "穷人",
        "乡下人",
        "老太婆",
        "胖子",
        "单身狗",
        "北京人",
        "山东人",
        "广东人",
        "老外",
    ]
    people += [
        "司机",
        "客服",
        "老师",
        "医生",
        "小孩",
        "大妈",
        "程序员",
        "保安",
        "农民",
        "学生",
        "四川人",
        "湖南人",
        "海南人",
        "天津人",
        "瘦子",
        "矮子",
    ]
    same = sorted(f"这帮{each}都是没素质的垃圾" for each in people)
    marked(acme.alice, same[12:], same[:12])
    row = learnt(acme.alice)
    assert row.state == Lesson.State.DONE
    assert row.found["before"] == [20, 0]
    assert sum(row.found["held_out"]) < 20
    assert not row.weights
    assert not Weights.objects.exists()


def test_one_tenants_marks_change_nothing_for_another(cast: Cast) -> None:
    with context.inside(cast.acme):
        marked(cast.alice)
        weights = learnt(cast.alice).weights
        assert not finds(ASKED, weights)
    with context.inside(cast.globex):
        assert not Mark.objects.exists()
        assert not Weights.objects.exists()
        assert finds(ASKED, weights), "a digest that is not theirs is judged by the shipped model"
        assert finds(ASKED)


def test_an_older_release_keeps_what_it_judges_by(acme: Cast) -> None:
    marked(acme.alice)
    row = Filter.objects.create(name="offence", kind="classifier", settings={"threshold": 0.5}, directions=["from_customer"])
    row.enabled = True
    row.save()
    before = publish()
    row.settings = row.settings | {"weights": learnt(acme.alice).weights}
    row.save()
    after = publish()
    assert before.number != after.number

    def is_hit() -> bool:
        screen = part.of(active())
        assert screen
        return bool(screen.hits(ASKED, Where(Direction.FROM_CUSTOMER)))

    assert not is_hit()
    activate(before)
    assert is_hit()
    assert Filter.objects.get().settings == {"threshold": 0.5}


def test_a_mark_goes_with_its_conversation(acme: Cast) -> None:
    row = ask("你们都是垃圾")
    event = row.events.get(kind=Event.Kind.MESSAGE)
    mark = Mark.say(event, True, acme.bob)
    assert (mark.text, mark.offensive, mark.member) == ("你们都是垃圾", True, acme.bob)
    assert Mark.say(event, False, acme.alice).pk == mark.pk
    assert Mark.counts() == (0, 1)
    row.delete()
    assert Mark.counts() == (0, 0)


def test_a_lesson_whose_worker_was_lost_is_woken(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    marked(acme.alice)
    row = lessons.begin(by=acme.alice)
    with pytest.raises(Refusal, match="learning already"):
        lessons.begin(by=acme.alice)
    assert learning() is not None
    woken: list[str] = []
    monkeypatch.setattr(lessons, "enqueue", lambda name, **facts: woken.append(facts["lesson"]))
    Lesson.objects.update(wake_at=timezone.now() - timedelta(seconds=1))
    learning()
    assert woken == [str(row.pk)]
    lessons.advance(str(row.pk))
    lessons.advance(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.attempts) == (Lesson.State.DONE, 1)
    assert learning() is None
