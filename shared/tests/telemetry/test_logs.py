"""What may be written to a log, and what never is."""

import ast
import asyncio
import contextlib
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import structlog

from ansim.errors import Fatal, ParkReason
from ansim.telemetry import bound, configure, correlationid
from ansim.telemetry.events import CATALOGUE, COMMON

ROOT = Path(__file__).parents[3]
SECRET = "가나다 010-0000-0000 (가상)"


class Lines(io.StringIO):
    def read_all(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    before = structlog.get_config()
    handlers, level = logging.root.handlers[:], logging.root.level
    stream = Lines()
    configure("intake", "debug", stream)
    yield stream
    structlog.configure(**before)
    logging.root.handlers[:], logging.root.level = handlers, level
    logging.captureWarnings(capture=False)


def test_a_line_is_one_json_object_with_the_catalogued_fields(lines: Lines) -> None:
    structlog.get_logger("inbox").warning("message_parked", reason=ParkReason.bad_key, partition=3, offset=17)

    (line,) = lines.read_all()
    at = line.pop("at")
    assert str(at).endswith("+00:00")
    assert line == {
        "event": "message_parked",
        "level": "warning",
        "service": "intake",
        "reason": "bad_key",
        "partition": 3,
        "offset": 17,
    }


def test_an_unknown_field_is_dropped_and_only_its_name_is_said(lines: Lines) -> None:
    structlog.get_logger().info("relay_leads", contact=SECRET)

    assert lines.read_all()[0]["dropped"] == ["contact"]
    assert "010" not in lines.getvalue()


@pytest.mark.parametrize("value", [SECRET, "two words", "이름", "x" * 121, {"name": "x"}, ["x"], b"\x01"])
def test_a_value_that_does_not_look_like_its_kind_is_dropped(lines: Lines, value: object) -> None:
    structlog.get_logger().info("relay_waits", reason=value)

    (line,) = lines.read_all()
    assert "reason" not in line
    assert line["dropped"] == ["reason"]


def test_an_event_that_nobody_catalogued_says_only_that(lines: Lines) -> None:
    structlog.get_logger().info(f"report of {SECRET}", name=SECRET)

    (line,) = lines.read_all()
    assert line["event"] == "uncatalogued"
    assert "가나다" not in lines.getvalue()


def test_an_exception_is_written_without_its_text(lines: Lines) -> None:
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise RuntimeError(f"cannot store {SECRET}") from error
    except RuntimeError:
        structlog.get_logger().exception("reaction_failed")

    (line,) = lines.read_all()
    assert line["errors"] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert "010" not in lines.getvalue()


def test_frames_name_our_own_code_only(lines: Lines) -> None:
    from ansim.vault import kek_from

    try:
        kek_from(SECRET)
    except Fatal:
        structlog.get_logger().exception("reaction_failed")

    frames = lines.read_all()[0]["frames"]
    assert isinstance(frames, list)
    assert [frame.split(":")[0] for frame in frames if "kek_from" in frame] == ["ansim/vault/keyring.py"]
    assert not any("base64" in frame for frame in frames)


def test_what_a_library_logs_is_placed_but_not_quoted(lines: Lines) -> None:
    logging.getLogger("asyncpg").warning("duplicate key: Key (name)=(%s)", SECRET)
    logging.getLogger("aiokafka").info("below the threshold of libraries")

    (line,) = lines.read_all()
    assert (line["event"], line["logger"], line["level"]) == ("library", "asyncpg", "warning")
    assert "010" not in lines.getvalue()
    assert "Key" not in lines.getvalue()


def test_ids_are_bound_inside_and_gone_outside_even_after_an_error(lines: Lines) -> None:
    outer, inner = uuid4(), uuid4()
    log = structlog.get_logger()

    with bound(correlationid=outer):
        with contextlib.suppress(ZeroDivisionError), bound(correlationid=inner, service="counseling"):
            log.info("relay_leads")
            _ = 1 / 0
        log.info("relay_leads")
    log.info("relay_leads")

    written = [(line.get("correlationid"), line["service"]) for line in lines.read_all()]
    assert written == [(str(inner), "counseling"), (str(outer), "intake"), (None, "intake")]


async def test_concurrent_work_never_mixes_its_ids(lines: Lines) -> None:
    async def work(mine: UUID) -> UUID | None:
        with bound(correlationid=mine):
            await asyncio.sleep(0)
            return correlationid()

    ids = [uuid4() for _ in range(20)]
    assert await asyncio.gather(*map(work, ids)) == ids
    assert correlationid() is None


def test_levels_below_the_threshold_are_not_written() -> None:
    before, stream = structlog.get_config(), Lines()
    configure("intake", "warning", stream)
    structlog.get_logger().info("relay_leads")
    structlog.get_logger().warning("key_store_away")
    structlog.configure(**before)
    logging.captureWarnings(capture=False)

    assert [line["event"] for line in stream.read_all()] == ["key_store_away"]


def _calls() -> Iterator[tuple[str, ast.Call]]:
    levels = {"debug", "info", "warning", "error", "exception", "critical"}
    sources = [*(ROOT / "shared" / "ansim").rglob("*.py"), *(ROOT / "services").rglob("*.py")]
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in levels and re.search(r"(\b|_)log$|get_logger\(.*\)$", ast.unparse(node.func.value)):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_every_log_call_in_the_code_is_catalogued() -> None:
    wrong = []
    for place, call in _calls():
        name = ast.unparse(call.args[0]).strip("'") if call.args else ""
        entry = CATALOGUE.get(name)
        if entry is None:
            wrong.append(f"{place}: {name} is not in ansim/telemetry/events.py")
            continue
        strays = {k.arg for k in call.keywords} - {*entry.fields, *COMMON, "exc_info"}
        wrong += [f"{place}: {name} has no field {stray}" for stray in strays]
    assert not wrong, "\n".join(wrong)


def test_every_catalogued_event_is_written_somewhere() -> None:
    written = {ast.unparse(call.args[0]).strip("'") for _, call in _calls() if call.args}

    assert set(CATALOGUE) - written == {"library", "uncatalogued"}  # these two the logs write by themselves
