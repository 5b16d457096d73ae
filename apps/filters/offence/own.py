"""The models that rules judge offence by: the one that is shipped, or one that a tenant's marks taught, by its digest."""

import threading
from collections import OrderedDict

import structlog

from apps.filters.models.weights import Weights
from apps.filters.offence import model
from apps.filters.offence.model import Model
from apps.tenants import context

log = structlog.get_logger(__name__)

KEPT = 16  # in a process; 1 MB each, because what marks do not change is the shipped model's

_read: OrderedDict[tuple[str, str], Model] = OrderedDict()
_lock = threading.Lock()


def of(digest: str) -> Model:
    """The model of these weights of the tenant of the moment; the shipped one for "", and where the tenant has no such weights:
    no turn fails for it."""
    if not digest:
        return model.shipped()
    key = context.schema(), digest  # one tenant's weights are nobody else's, even by their digest
    with _lock:
        if known := _read.get(key):
            _read.move_to_end(key)
            return known
    content = Weights.objects.filter(digest=digest).values_list("content", flat=True).first()
    if content is None:
        log.error("weights_missing", weights=digest)
        return model.shipped()
    found = model.read(bytes(content)).beside(model.shipped())
    with _lock:
        _read[key] = found
        while len(_read) > KEPT:
            _read.popitem(last=False)
    return found
