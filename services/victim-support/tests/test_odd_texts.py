"""Whatever is typed into a form about a person: it is refused in words, or read back as it was written."""

from uuid import uuid4

import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ansim.runtime import Kit
from ansim.testing.kits import csrf_token, send_form

from .test_pages import journal_size

OPENING = {"age_band": "unknown", "gender": "unknown", "district": "mapo", "harm_types": "grooming"}
EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈"
RIGHT_TO_LEFT = "\u202egnp.exe\u2066\u2069"
RARE_HANGUL = "뷁쀏힣ퟰ각"
NUL = "\x00\x1b\r\n\t"
fuzzing = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


@fuzzing
@given(st.text(max_size=220), st.text(max_size=300))
@example(EMOJI, RIGHT_TO_LEFT)
@example(RARE_HANGUL, EMOJI)
@example(RIGHT_TO_LEFT, RARE_HANGUL)
@example("장여울 (가상)", NUL)
@example("{{ 7*7 }}", '=HYPERLINK("http://post.invalid")')
async def test_a_text_about_a_person_is_refused_or_read_back(
    kit: Kit, worker: httpx2.AsyncClient, name: str, note: str
) -> None:
    before = await journal_size(kit)
    sent = await send_form(kit, worker, "/cases/new", name=name, note=note, **OPENING)
    if sent.status_code != 303:
        assert sent.status_code == 422
        assert await journal_size(kit) == before
        return
    told = (await worker.get(f"/api/v1{sent.headers['Location']}/person")).json()
    assert told["name"] == name.strip()
    assert lines(told["note"] or "") == lines(note)
    assert (await worker.get(f"{sent.headers['Location']}/person")).status_code == 200


@pytest.mark.parametrize("field", ["name", "contact", "note", "harm_types", "unknown_field"])
async def test_a_megabyte_is_refused_with_words(kit: Kit, worker: httpx2.AsyncClient, field: str) -> None:
    known = {"name": "장여울 (가상)", **OPENING}
    answer = await send_form(kit, worker, "/cases/new", **{**known, field: "가" * 350_000})
    assert answer.status_code == 413
    assert "<h1>" in answer.text
    assert await journal_size(kit) == 0


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\udfff\\ud800"', '"a\\u0000b"', f'"{"x" * 1_000_000}"'])
@pytest.mark.parametrize("field", ["name", "contact", "note", "district"])
async def test_a_program_that_sends_half_a_character_or_too_many_is_refused(
    kit: Kit, worker: httpx2.AsyncClient, field: str, text: str
) -> None:
    headers = {"x-csrf-token": csrf_token(kit, worker), "Idempotency-Key": str(uuid4())}
    rest = '"age_band": "unknown", "gender": "unknown", "harm_types": ["grooming"]'
    others = "".join(f', "{n}": {v}' for n, v in {"name": '"a"', "district": '"mapo"'}.items() if n != field)
    body = f'{{{rest}{others}, "{field}": {text}}}'
    sent = headers | {"Content-Type": "application/json"}

    answer = await worker.post("/api/v1/cases", content=body.encode(), headers=sent)

    assert answer.status_code == (413 if len(text) > 1_000 else 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await journal_size(kit) == 0
