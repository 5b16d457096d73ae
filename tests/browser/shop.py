"""One tenant of the running demo, as the browser tests meet it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shop:
    """One tenant of the running demo."""

    host: str
    url: str
    site_key: str
    passwords: dict[str, str]

    @property
    def page(self) -> str:
        return f"{self.url}/shop/"
