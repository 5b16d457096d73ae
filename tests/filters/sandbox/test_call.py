"""Code that means ill is cut off, and remembers nothing."""

import threading

import pytest

from apps.filters.sandbox.call import MOST, Fault, places
from apps.filters.sandbox.code import compiled
from tests.filters.sandbox import wat

SENTENCE = "您的账户 is safe."  # three bytes a Chinese character


def found(content: bytes, text: str = SENTENCE) -> list[tuple[int, int]]:
    return places(compiled(content), text)[0]


def test_places_are_told_in_characters() -> None:
    assert found(wat.module(wat.answering((6, 12), (13, 15)))) == [(2, 4), (5, 7)]
    assert found(wat.module("(i64.const 0)")) == []
    assert found(wat.module(wat.answering((0, len(SENTENCE.encode()))))) == [(0, len(SENTENCE))]


def test_the_code_reads_the_sentence() -> None:
    spans = wat.module(wat.only_at("x", wat.answering((0, 1))))
    assert (found(spans, "xyz"), found(spans, "yz")) == ([(0, 1)], [])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(wat.module(wat.LOOP), "time", id="endless loop"),
        pytest.param(wat.module(wat.FILLS), "time", id="much in few steps"),
        pytest.param(wat.module(wat.GROWS), "trap", id="memory bomb"),
        pytest.param(wat.module("(i64.const 0)", memory="257"), "trap", id="a large memory at once"),
        pytest.param(wat.module(wat.DIVES[0], also=wat.DIVES[1]), "trap", id="stack overflow"),
        pytest.param(wat.module("unreachable"), "trap", id="trap"),
        pytest.param(wat.module("(i64.load (i32.const -8))"), "trap", id="reads outside"),
        pytest.param(wat.module("(i64.const 0)", also="(func $s unreachable) (start $s)"), "trap", id="trap at its start"),
        pytest.param(wat.module("(i64.const 0)", also="(func $s (loop (br 0))) (start $s)"), "time", id="loop at its start"),
        pytest.param(wat.module(f"(i64.const {65536 << 32 | 1})"), "answer", id="answer behind the memory"),
        pytest.param(wat.module(f"(i64.const {65532 << 32 | 1})"), "answer", id="answer over the memory's end"),
        pytest.param(wat.module("(i64.const -1)"), "answer", id="huge answer"),
        pytest.param(wat.module(f"(i64.const {MOST + 1})"), "answer", id="too many places"),
        pytest.param(wat.module(wat.answering((1, 3))), "answer", id="begins within a character"),
        pytest.param(wat.module(wat.answering((0, 2))), "answer", id="ends within a character"),
        pytest.param(wat.module(wat.answering((0, 500))), "answer", id="ends behind the sentence"),
        pytest.param(wat.module(wat.answering((3, 3))), "answer", id="empty place"),
        pytest.param(wat.module(wat.answering((6, 3))), "answer", id="ends before it begins"),
        pytest.param(wat.module(wat.answering((3, 6), (0, 3))), "answer", id="out of order"),
        pytest.param(wat.module(wat.answering((0, 6), (3, 9))), "answer", id="one over another"),
    ],
)
def test_what_means_ill_is_cut_off(content: bytes, kind: str) -> None:
    with pytest.raises(Fault) as told:
        found(content)
    assert told.value.kind == kind
    assert told.value.why


def test_a_pointer_to_nowhere_is_not_written_to() -> None:
    alloc = '(func (export "alloc") (param i32) (result i32) (i32.const {}))'
    for at in (-1, 65536, 65530):
        with pytest.raises(Fault, match="answer"):
            found(wat.module("(i64.const 0)", alloc=alloc.format(at)))


def test_the_memory_grows_to_its_limit_and_no_further() -> None:
    pages = "(drop (memory.grow (i32.const {}))) (if (i32.ne (memory.size) (i32.const {})) (then unreachable)) (i64.const 0)"
    assert found(wat.module(pages.format(255, 256))) == []
    assert found(wat.module(pages.format(256, 1))) == []


def test_nothing_is_left_of_an_earlier_message() -> None:
    code = compiled(wat.module(wat.REMEMBERS, alloc=wat.NAMED_ALLOC, also=wat.KEEPING + "(elem declare func $alloc)"))
    assert [places(code, text)[0] for text in ("4111 1111 1111 1111", "b", "c")] == [[], [], []]


def test_the_memory_holds_no_other_sentence() -> None:
    """Looks through all of its memory for an x that is not its own sentence's."""
    body = """(local $at i32) (loop $next
      (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 120)) (then unreachable))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 65536)))) (i64.const 0)"""
    code = compiled(wat.module(body))
    with pytest.raises(Fault):
        places(code, "xxxx")
    assert places(code, "aaaa")[0] == []


def test_the_same_takes_the_same_steps() -> None:
    code = compiled(wat.module(wat.answering((0, 3))))
    first, *others = (places(code, SENTENCE)[1] for _ in range(5))
    assert first > 0
    assert set(others) == {first}


def test_threads_share_the_code() -> None:
    good, bad = compiled(wat.module(wat.answering((0, 3)))), compiled(wat.module(wat.LOOP))
    told: list[object] = []

    def run() -> None:
        for _ in range(20):
            told.append(tuple(places(good, SENTENCE)[0]))
        try:
            places(bad, SENTENCE)
        except Fault as fault:
            told.append(fault.kind)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 84
    assert set(told) == {((0, 1),), "time"}
