"""Modules in WebAssembly's own text form: one that does its work, and many that mean ill."""

from pathlib import Path

from wasmtime import wat2wasm

ALLOC = '(func (export "alloc") (param i32) (result i32) (i32.const 4096))'


def module(body: str, memory: str = "1", alloc: str = ALLOC, also: str = "") -> bytes:
    """`body`: of `filter`, with the sentence's pointer and length as 0 and 1."""
    return bytes(
        wat2wasm(
            f'(module (memory (export "memory") {memory}) {also} {alloc}'
            f'(func (export "filter") (param i32 i32) (result i64) {body}))'
        )
    )


def answering(*places: tuple[int, int], at: int = 64) -> str:
    """The body that always gives these places."""
    numbers = [number for place in places for number in place]
    stores = " ".join(f"(i32.store (i32.const {at + 4 * k}) (i32.const {number}))" for k, number in enumerate(numbers))
    return f"{stores} (i64.const {at << 32 | len(places)})"


def only_at(sign: str, body: str) -> str:
    """The body where the sentence begins with this sign; nothing is found elsewhere."""
    return f"(if (result i64) (i32.eq (i32.load8_u (local.get 0)) (i32.const {ord(sign)})) (then {body}) (else (i64.const 0)))"


LOOP = "(loop (br 0)) (i64.const 0)"
FILLS = "(loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br 0)) (i64.const 0)"
GROWS = "(loop (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable)) (br 0)) (i64.const 0)"
DIVES = ("(call $dive)", "(func $dive (result i64) (i64.add (call $dive) (i64.const 1)))")
# Gives what its first byte of memory holds as the number of places, and leaves one there; and so do a global and a table.
REMEMBERS = """
    (i32.store (i32.const 64) (i32.const 0)) (i32.store (i32.const 68) (i32.const 1))
    (i64.or (i64.const 274877906944) (i64.extend_i32_u (i32.or (i32.load8_u (i32.const 0))
      (i32.or (global.get $seen) (i32.eqz (ref.is_null (table.get $t (i32.const 0))))))))
    (i32.store8 (i32.const 0) (i32.const 1)) (global.set $seen (i32.const 1))
    (table.set $t (i32.const 0) (ref.func $alloc))
"""
KEEPING = "(global $seen (mut i32) (i32.const 0)) (table $t 1 funcref)"
NAMED_ALLOC = '(func $alloc (export "alloc") (param i32) (result i32) (i32.const 4096))'

# Numbers of four digits or more: the example of docs/wasm-filters.md.
EXAMPLE = (Path(__file__).parent / "digits.wat").read_text()
DIGITS = bytes(wat2wasm(EXAMPLE))


def only_with(sign: str, body: str) -> bytes:
    """The example that does this instead where a sentence begins with this sign."""
    asked = f"(if (i32.eq (i32.load8_u (local.get $at)) (i32.const {ord(sign)})) (then (return {body})))"
    return bytes(wat2wasm(EXAMPLE.replace("    (loop $next", f"    {asked}\n    (loop $next")))
