"""Logs: one JSON object a line, with the tenant, conversation and turn that was being served.

Code binds ids with `structlog.contextvars.bind_contextvars(tenant=…, conversation=…, turn=…)`; both structlog's and the
standard library's loggers then carry them. At a terminal, in development, lines are drawn for people instead.
"""

import logging
import logging.config
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

Entry = MutableMapping[str, Any]
_SENTENCE = re.compile(r"[\s\u3400-\u9fff]")

# Loggers that tell at INFO what nobody reads: every frame, every request, every task that went well.
QUIET = (
    *("daphne", "uvicorn.access", "httpx2", "httpcore2", "openai", "asyncio"),
    *("celery.beat", "celery.worker.strategy", "celery.app.trace"),
)


def configure(*, production: bool, level: str = "INFO") -> None:
    """Set up structlog and the standard library's logging for this process."""
    people = sys.stderr.isatty() and not production
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(config(people=people, level=level))


def config(*, people: bool, level: str) -> dict[str, object]:
    """The standard library's dictConfig; both kinds of loggers end in one formatter."""
    renderer: list[Processor] = (
        [_mask, structlog.dev.ConsoleRenderer()]
        if people
        else [structlog.processors.format_exc_info, _mask, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared(),
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": "WARNING"} for name in QUIET},
    }


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        _add_tenant,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.UnicodeDecoder(),
    ]


def _mask(_logger: object, _method: str, entry: Entry) -> Entry:
    """Sentences (what an error says, a traceback) go by the tenant's filters into logs; names and ids stay as they are."""
    if not _may_mask():
        return entry
    from apps.filters import live

    for name, value in entry.items():
        if isinstance(value, str) and name != "event" and _SENTENCE.search(value):
            entry[name] = live.in_line(value, str(entry.get("conversation", "")))
    return entry


def _may_mask() -> bool:
    """Whether a tenant is served: before that, not even the models need be there."""
    from apps.tenants import context

    return context.get() is not None


def _add_tenant(_logger: object, _method: str, entry: Entry) -> Entry:
    """The tenant comes from the ContextVar itself: no line of a tenant's work can miss it or name another."""
    from apps.tenants import context

    tenant = context.get()
    if tenant is not None:
        entry.setdefault("tenant", tenant.schema_name)
    return entry
