"""A JSON list, value by value, each with the line it begins on. `json` alone tells no lines."""

import json
import re
from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*")


class Broken(ValueError):
    """The list is not written as JSON at this line; nobody knows what follows."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def values(text: str) -> Iterator[tuple[int, object]]:
    """The line and value of each entry of a JSON list; the text begins with [. Raises Broken."""
    decoder, line, counted = json.JSONDecoder(), 1, 0
    at, before = text.index("[") + 1, "["  # what came before: the beginning, a comma or a value
    while True:
        at = _after_space(text, at)
        line, counted = line + text.count("\n", counted, at), at
        sign = text[at : at + 1]
        if sign == "]" and before != "," and _after_space(text, at + 1) == len(text):
            return
        if sign == "," and before == "value":
            at, before = at + 1, ","
        elif before != "value":
            try:
                value, at = decoder.raw_decode(text, at)
            except (ValueError, RecursionError) as error:
                raise Broken(line) from error
            before = "value"
            yield line, value
        else:
            raise Broken(line)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
