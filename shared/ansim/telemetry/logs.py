"""JSON log lines of catalogued events, with the correlation id of the request or event at hand.

Code takes a logger from structlog and names an event of the catalogue:

    log = structlog.get_logger("relay")
    log.warning("relay_waits", reason="ConnectionRefusedError")

`configure` decides once per process where lines go. Without it structlog prints for a developer; with it every line is
one JSON object. Exceptions are written as class names and our own code's frames: texts of foreign exceptions quote
values (PostgreSQL's details hold whole rows), so no exception text is ever written.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import Final, TextIO
from uuid import UUID

import orjson
import structlog
from structlog.contextvars import bound_contextvars, get_contextvars

from ansim.telemetry.events import CATALOGUE, COMMON, Kind, accepted

Line = MutableMapping[str, object]

_OUR_PACKAGES: Final = ("ansim", "intake", "victim_support", "counseling", "monitoring", "analytics")
_ALWAYS: Final = frozenset({"at", "level", "event", "logger", "dropped", "errors", "frames"})
_MOST_FRAMES: Final = 20


def configure(service: str, level: str = "info", stream: TextIO | None = None) -> None:
    """Sends all log lines of this process, the libraries' too, to `stream` (standard error) as JSON. Idempotent."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    output = stream if stream is not None else sys.stderr
    structlog.configure(
        processors=processors(service),
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=_NamedLoggers(output),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[LibraryHandler()], level=max(threshold, logging.WARNING), force=True)
    logging.captureWarnings(capture=True)


def processors(service: str) -> list[structlog.typing.Processor]:
    """What every line passes through, in order, from the call to the JSON text."""

    def name_service(_logger: object, _method: str, line: Line) -> Line:
        line.setdefault("service", service)
        return line

    return [
        structlog.contextvars.merge_contextvars,
        name_service,
        structlog.processors.add_log_level,
        _stamp,
        _describe_exception,
        keep_catalogued,
        _render,
    ]


@contextmanager
def bound(
    *,
    correlationid: UUID,
    service: str | None = None,
    causationid: UUID | None = None,
    event_id: UUID | None = None,
) -> Iterator[None]:
    """Everything logged inside carries these ids; what was bound before comes back afterwards, also after an error."""
    ids: dict[str, object] = {"correlationid": correlationid}
    given = {"service": service, "causationid": causationid, "event_id": event_id}
    ids.update({name: value for name, value in given.items() if value is not None})
    with bound_contextvars(**ids):
        yield


def correlationid() -> UUID | None:
    """The correlation id of the request or event at hand, if there is one."""
    value = get_contextvars().get("correlationid")
    return value if isinstance(value, UUID) else None


def keep_catalogued(_logger: object, _method: str, line: Line) -> Line:
    """Drops every field that the catalogue does not allow for this event, and says which names were dropped."""
    name = line.get("event")
    entry = CATALOGUE.get(name) if isinstance(name, str) else None
    if entry is None:
        line["called"] = name
        entry = CATALOGUE["uncatalogued"]
    allowed: Mapping[str, Kind] = {**COMMON, **entry.fields}
    kept: Line = {key: line[key] for key in ("at", "level") if key in line}
    kept["event"] = entry.name
    dropped: list[str] = []
    for key, value in line.items():
        if key in allowed:
            plain = accepted(allowed[key], value)
            if plain is not None:
                kept[key] = plain
            elif value is not None:
                dropped.append(key)
        elif key in _ALWAYS:
            kept.setdefault(key, value)
        else:
            dropped.append(key)
    if dropped:
        kept["dropped"] = [accepted(Kind.token, key) or "?" for key in sorted(dropped)]
    return kept


def frames_of(trace: TracebackType | None) -> list[str]:
    """`file:line function` of our own code in this traceback, outermost first; no values, no source lines."""
    frames = []
    for frame in traceback.extract_tb(trace):
        parts = PurePath(frame.filename).parts
        ours = [at for at, part in enumerate(parts[:-1]) if part in _OUR_PACKAGES]
        if ours and "site-packages" not in parts:
            frames.append(f"{'/'.join(parts[ours[-1] :])}:{frame.lineno} {frame.name}")
    return frames[-_MOST_FRAMES:]


class LibraryHandler(logging.Handler):
    """What libraries log becomes the event `library` with logger, level and place. Their texts may quote values: gone."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        place = f"{record.module}.{record.funcName}:{record.lineno}"
        error = record.exc_info[1] if record.exc_info else None
        log.log(max(record.levelno, logging.DEBUG), "library", logger=record.name, place=place, exc_info=error)


def _stamp(_logger: object, _method: str, line: Line) -> Line:
    line["at"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    return line


def _describe_exception(_logger: object, _method: str, line: Line) -> Line:
    given = line.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        chain: list[BaseException] = []
        following: BaseException | None = error
        while following is not None and following not in chain:
            chain.append(following)
            following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
        line["errors"] = [f"{type(each).__module__}.{type(each).__qualname__}" for each in chain]
        line["frames"] = frames_of(error.__traceback__)
    return line


def _render(_logger: object, _method: str, line: Line) -> str:
    return orjson.dumps(line, default=str).decode()


class _NamedLoggers:
    """A logger factory: `structlog.get_logger("relay")` may name its place; the name is not written to the line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, *_names: object) -> structlog.WriteLogger:
        return structlog.WriteLogger(self._stream)
