"""Agreements are data, and a wrong one stops the start."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from ansim.errors import Fatal
from ansim.feed import Agreement, Agreements
from ansim.feed.cursor import BadCursor, Cursors

WHOLE = {
    "id": "demo-1",
    "partner": "agency",
    "purpose_ko": "시연",
    "purpose_en": "demonstration",
    "legal_basis": "invented",
    "valid_until": date(2026, 11, 24),
    "events": {"kr.ansim.intake.report.triaged.v1": ["severity"]},
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"events": {}},
        {"events": {"kr.ansim.intake.report.unknown.v1": []}},
        {"events": {"kr.ansim.intake.report.triaged.v1": ["colour"]}},
        {"events": {"kr.ansim.intake.report.submitted.v1": ["narrative"]}},
        {"attributes": ["actor"]},
        {"attributes": ["sealed"]},
        {"id": "Not An Id"},
        {"partner": ""},
        {"purpose_ko": ""},
        {"legal_basis": ""},
        {"unknown_key": 1},
    ],
    ids=str,
)
def test_an_agreement_that_says_too_much_or_too_little_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Agreement.model_validate(WHOLE | wrong)


def test_an_agreement_is_valid_through_its_last_day_in_seoul() -> None:
    agreement = Agreement.model_validate(WHOLE)

    assert agreement.valid_at(datetime(2026, 11, 24, 14, 59, tzinfo=UTC))
    assert not agreement.valid_at(datetime(2026, 11, 24, 15, 0, tzinfo=UTC))


@pytest.mark.parametrize("text", ["not toml [", 'id = "demo-1"'])
def test_a_file_that_cannot_be_read_stops_the_start(tmp_path: Path, text: str) -> None:
    file = tmp_path / "demo-1.toml"
    file.write_text(text)

    with pytest.raises(Fatal, match=r"demo-1\.toml"):
        Agreements.read([file])


def test_the_installed_agreement_hides_people_and_staff() -> None:
    (demo,) = Agreements.installed().by_id.values()

    assert not demo.attributes & {"correlationid", "causationid", "partitionkey"}
    assert all("person" not in fields for fields in demo.events.values())


def test_a_cursor_of_another_service_or_key_is_refused() -> None:
    cursor = Cursors(bytes(32), "intake").make("demo-1", 7)

    assert Cursors(bytes(32), "intake").read("demo-1", cursor) == 7
    for stranger in (Cursors(bytes(32), "counseling"), Cursors(bytes(31) + b"x", "intake")):
        with pytest.raises(BadCursor):
            stranger.read("demo-1", cursor)
