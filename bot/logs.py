"""Sets logging up: one line per event, JSON or for a terminal, without credentials."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal, TextIO

import structlog

from bot.compact import compact
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


_TRACES: Sequence[Callable[[WrappedLogger, str, EventDict], EventDict]] = (
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
)


def configure(
    style: Literal["", "json", "console"] = "",
    *,
    level: int = logging.INFO,
    stream: TextIO | None = None,
) -> None:
    """Send structlog's events and the standard library's to `stream` (stderr when None).

    `style` "" means: for people on a terminal, JSON elsewhere. Loggers that were used keep what
    was configured then, so call it first.
    """
    out = stream or sys.stderr
    console = style == "console" or (not style and out.isatty())
    written = (redact, _Dated(), _renderer(console=console, colors=out.isatty()))
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            *_TRACES,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            _stamped,
            structlog.stdlib.ExtraAdder(),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *written,
        ],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Our own events do not travel through the standard library: it costs more than all else here.
    lines = _Lines(out, partial(_as_line, written))
    structlog.configure(
        processors=[_begun],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_loggers(lines),
        cache_logger_on_first_use=True,
    )


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The processor that takes credentials out of every line, traces included."""
    clean = redacted_value(event)
    return clean if isinstance(clean, dict) else {}


def _begun(
    logger: WrappedLogger, method: str, event: EventDict
) -> tuple[tuple[EventDict], dict[str, object]]:
    """The processor that does at once what cannot wait, and hands the event over: lines are
    rendered later, together.
    """
    if "exc_info" in event or "stack_info" in event:
        for trace in _TRACES:
            event = trace(logger, method, event)
    event["logger"], event["level"] = logger.name, method
    return (_stamped(logger, method, event),), {}


def _as_line(written: Sequence[Processor], event: EventDict) -> str:
    """The event as these processors write it, one after the other."""
    line: Any = event
    for each in written:
        line = each(None, "", line)
    return str(line)


def _stamped(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The processor that notes the moment, in nanoseconds since 1970."""
    event["timestamp"] = time.time_ns()
    return event


class _Lines:
    """Renders and writes the lines of one turn of the event loop at its end, in one go.

    They are cheaper one after the other than each between other work, and each write gives the
    interpreter to whichever thread waits for it. Outside a loop a line is written at once.
    """

    def __init__(self, out: TextIO, render: Callable[[EventDict], str]) -> None:
        self._out = out
        self._render = render
        self._waiting: list[EventDict] = []
        self._loop: asyncio.AbstractEventLoop | None = None  # whose turn ends with the writing
        self._is_torn = False  # the last line may have been written in part

    def add(self, event: EventDict) -> None:
        """Write a line, soon."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._put(self._line(event))
            return
        if self._loop is not loop:
            self._loop = loop
            loop.call_soon(self._write)
        self._waiting.append(event)

    def _write(self) -> None:
        events, self._waiting, self._loop = self._waiting, [], None
        self._put("".join(map(self._line, events)))

    def _put(self, lines: str) -> None:
        """Write them where that is possible. A full disk or a reader that has gone costs lines, and
        never what was to be done: the thread that keeps the record says so here.
        """
        try:
            self._out.write("\n" * self._is_torn + lines)
            self._out.flush()
        except (OSError, ValueError):  # ValueError: it is closed
            self._is_torn = True
        else:
            self._is_torn = False

    def _line(self, event: EventDict) -> str:
        try:
            return f"{self._render(event)}\n"
        except Exception as error:  # noqa: BLE001 -- the other lines of this turn are to be written
            why = type(error).__name__
            return f"{self._render({'event': 'a line could not be rendered', 'error': why})}\n"


class _Logger:
    """What structlog wants of a logger: a name, and a method for each level."""

    def __init__(self, lines: _Lines, name: str) -> None:
        self.name = name
        self.debug = self.info = self.warning = self.error = self.critical = lines.add
        self.msg = self.exception = lines.add


def _loggers(lines: _Lines) -> Callable[..., _Logger]:
    @cache
    def named(name: str = "shipmate") -> _Logger:
        return _Logger(lines, name)

    return named


def _renderer(*, console: bool, colors: bool) -> Processor:
    if console:
        # Traces come as text already, so that they are redacted like everything else.
        return structlog.dev.ConsoleRenderer(
            colors=colors, exception_formatter=structlog.dev.plain_traceback
        )
    return lambda _logger, _method, event: compact(event)


class _Dated:
    """The processor that writes the noted moment out, as structlog's TimeStamper does, at a sixth
    of its price: the second is written out once for all the lines of that second.
    """

    def __init__(self) -> None:
        self._second = 0
        self._written = ""

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        if "timestamp" not in event:  # of a line that stands in for another
            return event
        second, rest = divmod(event["timestamp"], 1_000_000_000)
        if second != self._second:
            self._written = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
            self._second = second
        event["timestamp"] = f"{self._written}.{rest // 1000:06}Z"
        return event
