"""What is asked of a module, told in one sentence each."""

import pytest
from wasmtime import wat2wasm

from apps.filters.sandbox import code
from apps.filters.sandbox.code import LONGEST, compiled
from apps.filters.sandbox.content import LARGEST
from apps.filters.sandbox.functions import lengths
from apps.tenants.refusal import Refusal
from tests.filters.sandbox import wat

GOOD = wat.module("(i64.const 0)")
FILTER = '(func (export "filter") (param i32 i32) (result i64) (i64.const 0))'
MEMORY = '(memory (export "memory") 1)'


def written(*parts: str) -> bytes:
    return bytes(wat2wasm(f"(module {' '.join(parts)})"))


def long(count: int, functions: int = 1) -> bytes:
    body = "(drop (i32.const 1))" * count  # three bytes each
    return wat.module("(i64.const 0)", also=f"(func {body})" * functions)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "no WebAssembly module", id="empty"),
        pytest.param(b"MZ" + GOOD[2:], "no WebAssembly module", id="wrong magic"),
        pytest.param(GOOD[:4] + b"\2" + GOOD[5:], "no WebAssembly module", id="another version"),
        pytest.param(GOOD + bytes(LARGEST + 1 - len(GOOD)), "larger than 2 MB", id="2 MB and 1"),
        pytest.param(GOOD[:-3], "can't be compiled", id="cut off"),
        pytest.param(GOOD + b"\xff\xff", "can't be compiled", id="rubbish at its end"),
        pytest.param(
            written('(import "wasi_snapshot_preview1" "fd_write" (func))', MEMORY),
            "wasi_snapshot_preview1.fd_write",
            id="imports a function",
        ),
        pytest.param(written('(import "env" "memory" (memory 1))'), "env.memory", id="imports a memory"),
        pytest.param(written(wat.ALLOC, FILTER), "memory called", id="no memory"),
        pytest.param(written(MEMORY, FILTER), "alloc(i32) -> i32", id="no alloc"),
        pytest.param(written(MEMORY, wat.ALLOC), "filter(i32, i32) -> i64", id="no filter"),
        pytest.param(written(MEMORY, wat.ALLOC, FILTER.replace("i64", "i32")), "filter(i32, i32) -> i64", id="another shape"),
        pytest.param(written(MEMORY, wat.ALLOC, '(global (export "filter") i32 (i32.const 0))'), "filter(", id="no function"),
        pytest.param(wat.module("(i64.const 0)", memory="1 1 shared"), "can't be compiled", id="shared memory"),
        pytest.param(long(LONGEST // 3 + 10), "more than 64 KB", id="a function that takes long to compile"),
        pytest.param(long(LONGEST // 3 - 10, functions=3), "too many long functions", id="many of them"),
    ],
)
def test_what_cannot_run_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(Refusal) as refusal:
        compiled(content)
    assert told in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_the_lengths_of_functions_are_read() -> None:
    assert len(lengths(GOOD)) == 2
    assert max(lengths(long(1000))) == 3 * 1000 + 2
    assert lengths(written(MEMORY)) == []


def test_the_same_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = compiled(GOOD)
    monkeypatch.setattr(code, "_ready", lambda _content: pytest.fail("compiled again"))
    assert compiled(bytes(GOOD)) is first
