"""A tenant's own code, called with sentence after sentence in a process that does nothing else.

`python -m bench.alone.code TIMES` prints seconds of processor time as JSON: of compiling the example of docs/wasm-filters.md,
of each call in the sandbox, and of the same function called in one instance that is kept, by wasmtime's own means."""

import json
import sys
import time
from collections.abc import Callable
from functools import partial

import django

from bench.load import ROOT

EXAMPLE = ROOT / "tests" / "filters" / "sandbox" / "digits.wat"
SENTENCES = (
    "我上周在你们店里买的耳机到现在还没有收到，订单号是25071902，能不能帮我看看物流到哪里了？",
    "I ordered the boots on the 3rd and they are still on their way, can you tell me when they will be here?",
)


def measured(times: int) -> dict[str, list[float]]:
    from wasmtime import Instance, Module, Store, wat2wasm

    from apps.filters.sandbox import engine
    from apps.filters.sandbox.call import places
    from apps.filters.sandbox.code import compiled

    content = bytes(wat2wasm(EXAMPLE.read_text()))
    made = _timed(partial(compiled, content))
    code = compiled(content)
    store = Store(engine.engine())
    store.set_fuel(2**60)
    store.set_epoch_deadline(2**60)
    kept = Instance(store, Module(engine.engine(), content), []).exports(store)
    allocate, look, memory = kept["alloc"], kept["filter"], kept["memory"]

    def alone(sentence: bytes) -> None:
        at = allocate(store, len(sentence))  # type: ignore[operator]
        memory.write(store, sentence, at)  # type: ignore[union-attr]
        look(store, at, len(sentence))  # type: ignore[operator]

    for sentence in SENTENCES:  # what is made at the first call
        places(code, sentence)
        alone(sentence.encode())
    called = [_timed(partial(places, code, SENTENCES[number % len(SENTENCES)])) for number in range(times)]
    bare = [_timed(partial(alone, SENTENCES[number % len(SENTENCES)].encode())) for number in range(times)]
    return {"made": [made], "called": called, "kept": bare}


def _timed(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measured(int(sys.argv[1]))))  # noqa: T201
