"""A tenant's code as it was sent up: what is asked of it, and the same made ready to run.

It is always compiled here from what was sent. What a compiler made is native code, and none is ever read from anybody.
"""

import sys
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.utils.translation import gettext as _
from wasmtime import FuncType, InstancePre, Linker, MemoryType, Module, ValType, WasmtimeError

from apps.filters.sandbox import content as sent
from apps.filters.sandbox import functions
from apps.filters.sandbox.engine import engine
from apps.tenants.refusal import Refusal

KEPT = 100  # modules in a process
LONGEST = 64 * 1024  # bytes of a function
EFFORT = 2 * LONGEST**2  # a compiler's time grows with the square of a function's length: some 2 s for all of them
ABI = {"alloc": (["i32"], ["i32"]), "filter": (["i32", "i32"], ["i64"])}


@dataclass(frozen=True)
class Code:
    """Thread-safe. `digest`: the SHA-256 of what was sent up."""

    digest: str
    ready: InstancePre


class _Ready(InstancePre):
    """Freed while the process runs; when it ends, the binding is gone before the last of these."""

    def _delete(self, ptr: Any, *, is_ending: Callable[[], bool] = sys.is_finalizing) -> None:
        if not is_ending():
            super()._delete(ptr)


_compiled: OrderedDict[str, Code] = OrderedDict()
_lock = Lock()


def compiled(content: bytes) -> Code:
    """Compiled once a process. Raises Refusal, with what is wrong with it in one sentence."""
    own = sent.digest(content)
    with _lock:
        if known := _compiled.get(own):
            _compiled.move_to_end(own)
            return known
    code = Code(own, _ready(content))
    with _lock:
        _compiled[own] = code
        while len(_compiled) > KEPT:
            _compiled.popitem(last=False)
    return code


def _ready(content: bytes) -> InstancePre:
    sent.check(content)
    try:
        Module.validate(engine(), content)  # quick, and what follows trusts in it
        _check_effort(content)
        module = Module(engine(), content)
    except WasmtimeError as error:
        why = str(error).strip().splitlines()[-1].strip()[:200]
        raise Refusal("bad_file", _("The module can't be compiled: %(why)s") % {"why": why}) from error
    _check(module)
    ready = Linker(engine()).instantiate_pre(module)
    ready.__class__ = _Ready
    return ready


def _check_effort(content: bytes) -> None:
    lengths = functions.lengths(content)
    if max(lengths, default=0) > LONGEST:
        told = _("A function of the module has more than %(most)d KB. Divide it, or let the compiler inline less.")
        raise Refusal("bad_file", told % {"most": LONGEST // 1024})
    if sum(length**2 for length in lengths) > EFFORT:
        raise Refusal("bad_file", _("The module has too many long functions to be compiled quickly."))


def _check(module: Module) -> None:
    for wanted in module.imports:
        name = f"{wanted.module}.{wanted.name}"[:100]
        raise Refusal("bad_frame", _("The module imports “%(name)s”. It may import nothing.") % {"name": name})
    exports = {export.name: export.type for export in module.exports}
    if not isinstance(exports.get("memory"), MemoryType):
        raise Refusal("bad_frame", _("The module does not export a memory called “memory”."))
    for name, (params, results) in ABI.items():
        found = exports.get(name)
        if not isinstance(found, FuncType) or (_types(found.params), _types(found.results)) != (params, results):
            shape = f"{name}({', '.join(params)}) -> {', '.join(results)}"
            raise Refusal("bad_frame", _("The module does not export the function %(shape)s.") % {"shape": shape})


def _types(types: list[ValType]) -> list[str]:
    return [str(each) for each in types]
