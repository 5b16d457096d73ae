"""One call of a tenant's code with one sentence, in a memory that is made for it and thrown away after it.

An instance that is kept would remember: its memory, globals and tables hold what an earlier message left there. A new one takes
some 30 µs. What takes longer is that Python's binding looks up the types of a function at each call; they were checked when the
code was sent up, so functions are called without asking again.

The ABI: `alloc(size) -> pointer` gives room for the sentence in UTF-8; `filter(pointer, size) -> pointer << 32 | count` names
that many places, pairs of u32 byte offsets, least byte first.
"""

import ctypes
import struct
import time
from ctypes import byref
from typing import Any

from wasmtime import Store, Trap, TrapCode, WasmtimeError
from wasmtime import _ffi as ffi

from apps.filters.sandbox.code import Code
from apps.filters.sandbox.engine import DEADLINE, FUEL, MEMORY, TABLE, TICK, clock, engine

MOST = 64  # places in one sentence
PATIENCE = (1, 10)  # deadlines: on a busy machine one passes before the code had its time
_CUT_OFF = (TrapCode.INTERRUPT, TrapCode.OUT_OF_FUEL)
_PLACE = struct.Struct("<II")


class Fault(Exception):
    """The code was cut off, or what it gave is no answer. `kind`: time, trap or answer."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(kind, why)
        self.kind, self.why = kind, why


def places(code: Code, text: str) -> tuple[list[tuple[int, int]], int]:
    """Where the code finds something, in characters of the text, and how many steps it took. Raises Fault."""
    said = text.encode(errors="replace")
    for patience in PATIENCE:
        began = time.thread_time()
        try:
            found, steps = _called(code, said, patience)
        except Trap as trap:
            if trap.trap_code == TrapCode.INTERRUPT and time.thread_time() - began < DEADLINE:
                continue  # others had the processor meanwhile
            raise _fault(trap) from trap
        except WasmtimeError as error:
            raise Fault("trap", str(error)) from error
        return _characters(found, said), steps
    raise Fault("time", "The machine was busy.")


def _fault(trap: Trap) -> Fault:
    return Fault("time" if trap.trap_code in _CUT_OFF else "trap", trap.message.strip().splitlines()[-1].strip())


def _called(code: Code, said: bytes, patience: int) -> tuple[bytes, int]:
    """The bytes of the answer, which nobody has looked at yet, and the steps it took."""
    with Store(engine()) as store, clock.running():
        store.set_limits(memory_size=MEMORY, table_elements=TABLE, instances=1, tables=4, memories=1)
        store.set_fuel(FUEL)
        store.set_epoch_deadline(round(DEADLINE / TICK) * patience + 1)
        instance = Instance(store, code)
        at = instance.call(instance.alloc, len(said)).i32 & 0xFFFF_FFFF
        instance.write(at, said)
        answer = instance.call(instance.filter, at, len(said)).i64 & 0xFFFF_FFFF_FFFF_FFFF
        where, count = answer >> 32, answer & 0xFFFF_FFFF
        if count > MOST:
            raise Fault("answer", f"It names {count} places in one sentence.")
        return instance.read(where, count * _PLACE.size), FUEL - store.get_fuel()


class Instance:
    """The code in a store of its own."""

    def __init__(self, store: Store, code: Code) -> None:
        self._context = store._context()
        self._instance = code.ready.instantiate(store)._instance
        self.alloc, self.filter = self._export(b"alloc").func, self._export(b"filter").func
        self._memory = self._export(b"memory").memory

    def call(self, function: Any, *given: int) -> Any:
        values = (ffi.wasmtime_val_raw_t * len(given))()  # the result stands where the first parameter stood
        for number, value in enumerate(given):
            values[number].i32 = value
        trap: Any = ctypes.POINTER(ffi.wasm_trap_t)()  # null pointers are false
        error: Any = ffi.wasmtime_func_call_unchecked(self._context, byref(function), values, len(values), byref(trap))
        if error:
            raise WasmtimeError._from_ptr(error)
        if trap:
            raise Trap._from_ptr(trap)
        return values[0]

    def write(self, at: int, content: bytes) -> None:
        ctypes.memmove(self._address(at, len(content)), content, len(content))

    def read(self, at: int, size: int) -> bytes:
        return ctypes.string_at(self._address(at, size), size)

    def _address(self, at: int, size: int) -> int:
        """Where bytes of its memory stand in ours. Raises Fault when they do not all lie in it."""
        there: int = ffi.wasmtime_memory_data_size(self._context, byref(self._memory))
        if at + size > there:
            raise Fault("answer", f"It points at {at} to {at + size}; its memory has {there} bytes.")
        return (ctypes.cast(ffi.wasmtime_memory_data(self._context, byref(self._memory)), ctypes.c_void_p).value or 0) + at

    def _export(self, name: bytes) -> Any:
        item = ffi.wasmtime_extern_t()
        ffi.wasmtime_instance_export_get(self._context, byref(self._instance), name, len(name), byref(item))
        return item.of


def _characters(answer: bytes, said: bytes) -> list[tuple[int, int]]:
    """The answer's pairs of byte offsets as places in the text. Raises Fault for pairs that are none."""
    found, last, char = [], 0, 0  # bytes and characters up to the end of the place before
    try:
        for start, end in _PLACE.iter_unpack(answer):
            if not last <= start < end <= len(said):
                raise Fault("answer", f"{start} to {end} is no place in {len(said)} bytes, or out of order.")
            first = char + len(said[last:start].decode())
            char = first + len(said[start:end].decode())
            found.append((first, char))
            last = end
    except UnicodeDecodeError as error:
        raise Fault("answer", "A place begins or ends within a character.") from error
    return found
