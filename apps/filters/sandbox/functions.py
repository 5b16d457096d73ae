"""The functions of a module, as far as a compiler's work depends on them."""

_CODE = 10  # the number of the section that holds them


def lengths(content: bytes) -> list[int]:
    """The bytes of each function's body. The module is valid."""
    at = 8  # after its head
    while at < len(content):
        section = content[at]
        size, at = _number(content, at + 1)
        if section == _CODE:
            return _bodies(content, at)
        at += size
    return []


def _bodies(content: bytes, at: int) -> list[int]:
    found = []
    count, at = _number(content, at)
    for _body in range(count):
        size, at = _number(content, at)
        found.append(size)
        at += size
    return found


def _number(content: bytes, at: int) -> tuple[int, int]:
    """An unsigned number of seven bits a byte, the least first, and the place after it."""
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:
            return value, at
