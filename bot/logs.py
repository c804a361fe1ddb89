"""Sets logging up: one line per event, JSON or for a terminal, without credentials."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Literal, TextIO

import structlog

from bot.redaction import redacted_value

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

_QUIET = (
    "aiohttp.access",  # our own log says more with less
    "apscheduler",
    "asyncio",
    "httpx",  # writes addresses with their queries
    "slack_bolt",
    "slack_bolt.RequestVerification",  # writes whole bodies of requests it refuses
    "slack_sdk",
)


def configure(
    style: Literal["", "json", "console"] = "",
    *,
    level: int = logging.INFO,
    stream: TextIO | None = None,
) -> None:
    """Send structlog's events and the standard library's to `stream` (stderr when None).

    `style` "" means: for people on a terminal, JSON elsewhere. May be called again.
    """
    out = stream or sys.stderr
    console = style == "console" or (not style and out.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redact,
            _renderer(console=console, colors=out.isatty()),
        ],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The processor that every line passes last, traces included."""
    clean = redacted_value(event)
    return clean if isinstance(clean, dict) else {}


def _renderer(*, console: bool, colors: bool) -> Processor:
    if console:
        # Traces come as text already, so that they are redacted like everything else.
        return structlog.dev.ConsoleRenderer(
            colors=colors, exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.processors.JSONRenderer(ensure_ascii=False)
