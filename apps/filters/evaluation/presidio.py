"""Microsoft's Presidio with its default recognisers, to compare with, where the optional package is installed.

Its default asks for a large language model of spaCy's and would fetch it. Here it gets the best one that is installed; without
any, recognisers go by patterns and checks alone, which is how the types are found that are compared.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from apps.filters.span import Span

MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm")


@dataclass(frozen=True)
class Presidio:
    """`find`: places of the types in English; `about`: its version, and by which language model."""

    find: Callable[[str], Iterable[Span]]
    about: str


def engine(types: Sequence[str], model: str = "") -> Presidio | None:
    """None where `presidio_analyzer` is not installed. `model`: another package of a spaCy model."""
    if find_spec("presidio_analyzer") is None:
        return None
    package = import_module("presidio_analyzer")
    name = next((name for name in ([model] if model else MODELS) if find_spec(name)), "")
    analyzer = package.AnalyzerEngine(nlp_engine=_language(name), supported_languages=["en"])

    def find(text: str) -> list[Span]:
        found = analyzer.analyze(text=text, language="en", entities=list(types))
        return [Span(each.start, each.end, each.entity_type) for each in found]

    return Presidio(find, f"presidio {_version()}, {f'spaCy {name}' if name else 'patterns alone, no language model'}")


def _language(name: str) -> Any:
    """Presidio's own reader of texts, over the model of that name or over one that only divides words."""
    engines, spacy = import_module("presidio_analyzer.nlp_engine"), import_module("spacy")
    made = engines.SpacyNlpEngine(models=[{"lang_code": "en", "model_name": name or "blank"}])
    made.nlp = {"en": import_module(name).load() if name else spacy.blank("en")}
    return made


def _version() -> str:
    return str(import_module("importlib.metadata").version("presidio-analyzer"))
