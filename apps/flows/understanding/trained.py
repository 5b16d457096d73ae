"""The classifier of a release's flows: trained where it is first needed, kept for the tenant by what it learnt from."""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b

from django.conf import settings
from django.core.cache import cache

from apps.flows.understanding import classifier, known
from apps.flows.understanding.classifier import Classifier
from apps.flows.understanding.keeping import File
from apps.llm import background
from apps.llm.embeddings import embedder
from apps.tenants import context

KEPT_SECONDS = 30 * 24 * 3600
MOST = 64  # classifiers kept in a process

_kept: OrderedDict[str, Classifier] = OrderedDict()
_lock = threading.Lock()  # one training at a time: it takes seconds of a core, and a second thread wants the same


def of(examples: Mapping[str, Sequence[str]], others: Sequence[str] = ()) -> Classifier:
    """The classifier for these intents' examples, for the tenant of the moment. others: questions that are no wish to act.

    Takes a moment when it is kept in this process, some milliseconds when another has trained it, else seconds. Only where
    encoders are (`embeddings.NotHere` is raised in a web process). On the platform's side vectors alone are kept, in a file.
    """
    digest = _digest(embedder().model_id, tuple((intent, tuple(texts)) for intent, texts in examples.items()), tuple(others))
    key = f"{context.schema()}:{digest}"
    found = _kept.get(key)
    if found is None:
        with _lock:
            found = _kept.get(key) or _anew(digest, examples, others)
            _kept[key] = found
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return found


def _anew(digest: str, examples: Mapping[str, Sequence[str]], others: Sequence[str]) -> Classifier:
    if context.schema() == context.PUBLIC_SCHEMA:
        return classifier.train(examples, others, kept=File(settings.DATA_DIR / "sentences.sqlite"))
    return _stored(digest) or _trained(digest, examples, others)


def _stored(digest: str) -> Classifier | None:
    data = cache.get(_name(digest))
    return None if data is None else classifier.read(data)


def _trained(digest: str, examples: Mapping[str, Sequence[str]], others: Sequence[str]) -> Classifier:
    made = classifier.train(examples, others, kept=known.Held(cache, others))
    cache.set(_name(digest), made.stored(), KEPT_SECONDS)
    return made


def _name(digest: str) -> str:
    return f"classifier-{digest}"


@lru_cache(MOST)
def _digest(model_id: str, examples: tuple[tuple[str, tuple[str, ...]], ...], others: tuple[str, ...]) -> str:
    """Kept, because every message asks for it and it reads hundreds of sentences."""
    facts = [classifier.VERSION, model_id, examples, others, background.sentences()]
    return blake2b(json.dumps(facts, ensure_ascii=False).encode(), digest_size=16).hexdigest()
