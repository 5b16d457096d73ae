"""The kinds of rules, one file each."""

from apps.filters.kinds.classifier import Classifier
from apps.filters.kinds.injection import Injection
from apps.filters.kinds.kind import Kind
from apps.filters.kinds.personal import Personal
from apps.filters.kinds.regex import Regex
from apps.filters.kinds.topic import Topic
from apps.filters.kinds.wasm import Wasm
from apps.filters.kinds.words import Words

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (Regex(), Words(), Personal(), Injection(), Classifier(), Topic(), Wasm())
}
