(module
  (memory (export "memory") 1)
  ;; The sentence stands at 1024; the places that are found stand before it, from 0 on.
  (func (export "alloc") (param $size i32) (result i32) (i32.const 1024))
  (func $is_digit (param $at i32) (result i32)
    (i32.lt_u (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)) (i32.const 10)))
  (func (export "filter") (param $at i32) (param $size i32) (result i64)
    (local $start i32) (local $end i32) (local $count i32)
    (loop $next
      (local.set $end (local.get $start))
      (block $over
        (loop $digits
          (br_if $over (i32.ge_u (local.get $end) (local.get $size)))
          (br_if $over (i32.eqz (call $is_digit (i32.add (local.get $at) (local.get $end)))))
          (local.set $end (i32.add (local.get $end) (i32.const 1)))
          (br $digits)))
      (if (i32.and
            (i32.ge_u (i32.sub (local.get $end) (local.get $start)) (i32.const 4))
            (i32.lt_u (local.get $count) (i32.const 64)))
        (then
          (i32.store (i32.shl (local.get $count) (i32.const 3)) (local.get $start))
          (i32.store offset=4 (i32.shl (local.get $count) (i32.const 3)) (local.get $end))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))))
      (local.set $start (i32.add (local.get $end) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $start) (local.get $size))))
    ;; The pointer is 0, so the answer is the count alone.
    (i64.extend_i32_u (local.get $count))))
