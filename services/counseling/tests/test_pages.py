"""The screens of the real application: both languages, the whole way of an enrolment, and every kind of wrong input."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, KitFor, send_form
from counseling import queries
from counseling.domain.enrolment import EnrolmentStatus
from counseling.service import SERVICE

from .conftest import accepted, planned, received

HOSTILE = "<script>alert('x')</script>\"><img src=x>"


@pytest.fixture
async def kit(kit_for: KitFor) -> Kit:
    return await kit_for(SERVICE)


@pytest.fixture
async def desk(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    return await client_for(kit, Role.counsellor, "en")


async def journal_size(kit: Kit) -> int:
    async with kit.store.read() as conn:
        size: int = await conn.fetchval("select count(*) from journal")
    return size


def id_in(response: httpx2.Response) -> UUID:
    assert response.status_code == 303, response.text
    return UUID(response.headers["location"].rsplit("/", 1)[1])


SCREENS = (
    "/",
    "/referrals",
    "/referrals?status=received",
    "/referrals/{referral}",
    "/enrolments",
    "/enrolments?status=accepted",
    "/enrolments/new",
    "/enrolments/new?again={enrolment}",
    "/enrolments/{enrolment}",
    "/enrolments/{enrolment}/consent",
    "/enrolments/{enrolment}/accept",
    "/enrolments/{enrolment}/decline",
    "/enrolments/{enrolment}/act",
    "/enrolments/{enrolment}/motives",
    "/enrolments/{enrolment}/session",
    "/enrolments/{enrolment}/complete",
    "/enrolments/{enrolment}/discontinue",
    "/sessions/{session}",
)


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_every_screen_renders_whole_in_both_languages(kit: Kit, client_for: ClientFor, lang: str) -> None:
    client = await client_for(kit, Role.supervisor, lang)
    enrolment = await accepted(kit.store)
    ids = {
        "referral": await received(kit.store),
        "enrolment": enrolment,
        "session": await planned(kit.store, enrolment),
    }
    for screen in SCREENS:
        page = await client.get(screen.format(**ids))
        assert page.status_code == 200, screen
        assert f'<html lang="{lang}">' in page.text
        assert page.text.count("<h1>") == 1
        assert "style=" not in page.text
        hangul = re.search("[가-힣]", page.text.partition('<main id="main"')[2])
        assert (hangul is not None) == (lang == "ko"), screen


async def test_an_order_becomes_a_session_held_on_screen(kit: Kit, desk: httpx2.AsyncClient) -> None:
    enrolment = id_in(
        await send_form(
            kit,
            desk,
            "/enrolments/new",
            source="school_committee_order",
            age_band="under_14",
            school_level="middle",
            gender="male",
            district="mapo",
            name="김가람 (가상)",
            guardian="김나래 (가상)",
        )
    )
    here = f"/enrolments/{enrolment}"
    for step, fields in (
        ("consent", {"by": "youth"}),
        ("consent", {"by": "guardian"}),
        ("accept", {"age_band": "under_14", "school_level": "middle"}),
        ("act", {"act_type": "possession", "channel": "messenger"}),
        ("motives", {"motives": ["fun", "curiosity"]}),
        ("session", {"starts_at": (datetime.now(UTC) + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M")}),
    ):
        answer = await send_form(kit, desk, f"{here}/{step}", **fields)
        assert (answer.status_code, answer.headers.get("location")) == (303, here), answer.text
    async with kit.store.read() as conn:
        (session,) = await queries.sessions_of(conn, enrolment)
    assert abs(session.starts_at - datetime.now(UTC)) < timedelta(minutes=2)
    assert id_in(await send_form(kit, desk, f"/sessions/{session.id}/held", seen=1, minutes=50)) == session.id
    page = (await desk.get(here)).text
    assert "Fun" in page or "fun" in page
    assert "<b>1</b> / 10 or more" in page
    assert "9 to go" in page
    assert "김가람" not in page


async def test_opening_the_person_shows_the_texts_and_writes_the_access_record(
    kit: Kit, desk: httpx2.AsyncClient
) -> None:
    enrolment = await accepted(kit.store, name=f"{HOSTILE} (가상)")
    page = await send_form(kit, desk, f"/enrolments/{enrolment}/person")
    assert page.status_code == 200
    assert HOSTILE not in page.text
    assert "&lt;script&gt;" in page.text
    async with kit.store.read() as conn:
        row = await queries.enrolment(conn, enrolment)
        read = await conn.fetch("select actor, person from access_record where what = 'enrolment.referred'")
    assert [tuple(entry) for entry in read if entry["actor"] == "counsellor"] == [("counsellor", row.person)]


@pytest.mark.parametrize("path", ["/", "/enrolments", "/api/v1/enrolments"])
async def test_who_is_listed_is_on_the_access_record(kit: Kit, desk: httpx2.AsyncClient, path: str) -> None:
    enrolment = await accepted(kit.store)
    await planned(kit.store, enrolment, datetime.now(UTC))
    assert (await desk.get(path)).status_code == 200
    async with kit.store.read() as conn:
        row = await queries.enrolment(conn, enrolment)
        listed = await conn.fetch("select actor, person from access_record where action = 'listed'")
    assert [tuple(entry) for entry in listed] == [("counsellor", row.person)]


async def test_an_erased_person_leaves_a_gap(kit: Kit, desk: httpx2.AsyncClient) -> None:
    enrolment = await accepted(kit.store)
    async with kit.store.read() as conn:
        row = await queries.enrolment(conn, enrolment)
    await kit.vault.destroy(row.person)
    page = await send_form(kit, desk, f"/enrolments/{enrolment}/person")
    assert page.status_code == 200
    assert "This has been erased" in page.text


async def test_accepting_a_referral_leads_to_its_enrolment(kit: Kit, desk: httpx2.AsyncClient) -> None:
    referral = await received(kit.store)
    enrolment = id_in(await send_form(kit, desk, f"/referrals/{referral}/accept", seen=1, name="이다온 (가상)"))
    async with kit.store.read() as conn:
        assert (await queries.enrolment(conn, enrolment)).referral == referral
    page = (await desk.get(f"/referrals/{referral}")).text
    assert "Referral accepted, the sender was told" in page
    assert "/accept" not in page


async def test_a_form_sent_twice_is_carried_out_once(kit: Kit, desk: httpx2.AsyncClient) -> None:
    referral, once = await received(kit.store), str(uuid4())
    first = await send_form(kit, desk, f"/referrals/{referral}/accept", once=once, seen=1)
    size = await journal_size(kit)
    second = await send_form(kit, desk, f"/referrals/{referral}/accept", once=once, seen=1)
    assert first.headers["location"] == second.headers["location"]
    assert await journal_size(kit) == size


async def test_completing_too_early_says_how_many_sessions_are_missing(kit: Kit, desk: httpx2.AsyncClient) -> None:
    enrolment = await accepted(kit.store)
    page = await send_form(kit, desk, f"/enrolments/{enrolment}/complete", seen=3)
    assert page.status_code == 422
    assert "Completion needs 10 held sessions. Held so far: 0." in page.text


async def test_the_second_of_two_people_sees_both_changes(kit: Kit, desk: httpx2.AsyncClient) -> None:
    enrolment = await accepted(kit.store)
    first = await send_form(kit, desk, f"/enrolments/{enrolment}/act", seen=3, act_type="possession", channel="game")
    second = await send_form(kit, desk, f"/enrolments/{enrolment}/motives", seen=3, motives=["money"])
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Act recorded: possession or viewing (game)" in second.text
    assert "Record motives" in second.text
    async with kit.store.read() as conn:
        assert await queries.assessments(conn, enrolment) == []


ENROL = {
    "source": "police",
    "age_band": "14_16",
    "school_level": "middle",
    "gender": "male",
    "district": "guro",
    "name": "박하늘 (가상)",
}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("source", "", "Fill in this field."),
        ("source", HOSTILE, "Choose one of the options."),
        ("age_band", "13", "Choose one of the options."),
        ("name", "", "Fill in this field."),
        ("name", "가" * 201, "At most 200 characters."),
        ("name", "두 줄\n이름", "Write this on one line."),
        ("guardian", "901010-1234567", "This holds what looks like a resident registration number."),
        ("nonsense", "1", "There is no such field."),
    ],
)
async def test_a_wrong_registration_says_which_field_and_why_and_writes_nothing(
    kit: Kit, desk: httpx2.AsyncClient, field: str, value: str, sentence: str
) -> None:
    page = await send_form(kit, desk, "/enrolments/new", **(ENROL | {field: value}))
    assert page.status_code == 422
    assert sentence in page.text
    assert HOSTILE not in page.text
    assert await journal_size(kit) == 0


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("consent", {}),
        ("consent", {"by": "neighbour"}),
        ("accept", {"age_band": "14_16", "school_level": "kindergarten"}),
        ("decline", {"reason": HOSTILE}),
        ("act", {"act_type": "possession"}),
        ("motives", {}),
        ("motives", {"motives": ["fun", "declined"]}),
        ("motives", {"motives": [HOSTILE]}),
        ("session", {"starts_at": "tomorrow"}),
        ("session", {"starts_at": "1970-01-01T10:00"}),
        ("complete", {"seen": "three"}),
        ("discontinue", {"reason": ["absent"], "seen": "3.5"}),
    ],
)
async def test_wrong_input_on_an_enrolment_is_told_in_korean_and_writes_nothing(
    kit: Kit, client_for: ClientFor, step: str, fields: dict[str, object]
) -> None:
    client = await client_for(kit, Role.counsellor, "ko")
    enrolment = await accepted(kit.store)
    size = await journal_size(kit)
    page = await send_form(kit, client, f"/enrolments/{enrolment}/{step}", **fields)
    assert page.status_code == 422
    assert 'class="err"' in page.text
    assert HOSTILE not in page.text
    assert await journal_size(kit) == size


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("held", {"minutes": "0"}),
        ("held", {"minutes": "many"}),
        ("held", {"minutes": "999"}),
        ("cancelled", {"by": "weather"}),
        ("moved", {}),
        ("moved", {"starts_at": "2099-01-01T10:00"}),
    ],
)
async def test_wrong_input_on_a_session_keeps_it_planned(
    kit: Kit, desk: httpx2.AsyncClient, step: str, fields: dict[str, object]
) -> None:
    enrolment = await accepted(kit.store)
    session = await planned(kit.store, enrolment)
    page = await send_form(kit, desk, f"/sessions/{session}/{step}", seen=1, **fields)
    assert page.status_code == 422
    async with kit.store.read() as conn:
        assert (await queries.session(conn, session)).status == "scheduled"


async def test_a_form_without_its_token_is_refused(kit: Kit, desk: httpx2.AsyncClient) -> None:
    enrolment = await accepted(kit.store)
    page = await send_form(kit, desk, f"/enrolments/{enrolment}/discontinue", csrf="forged", reason="absent", seen=3)
    assert page.status_code == 403
    async with kit.store.read() as conn:
        assert (await queries.enrolment(conn, enrolment)).status is EnrolmentStatus.ACCEPTED


async def test_a_form_that_is_too_large_is_refused(kit: Kit, desk: httpx2.AsyncClient) -> None:
    page = await send_form(kit, desk, "/enrolments/new", **(ENROL | {"name": "x" * 70_000}))
    assert page.status_code == 413
    assert await journal_size(kit) == 0


@pytest.mark.parametrize("role", [Role.intake_officer, Role.support_worker, Role.analyst, Role.monitor])
async def test_other_roles_see_nothing_here(kit: Kit, client_for: ClientFor, role: Role) -> None:
    client = await client_for(kit, role)
    enrolment = await accepted(kit.store)
    for path in ("/", "/enrolments", f"/enrolments/{enrolment}"):
        assert (await client.get(path)).status_code == 403


async def test_nobody_is_sent_to_sign_in(kit: Kit, client_for: ClientFor) -> None:
    answer = await (await client_for(kit)).get("/enrolments")
    assert answer.status_code in (302, 303)
    assert "/sign-in" in answer.headers["location"]


@pytest.mark.parametrize("path", ["/enrolments/{id}", "/enrolments/{id}/consent", "/sessions/{id}", "/referrals/{id}"])
async def test_an_unknown_number_is_not_found(desk: httpx2.AsyncClient, path: str) -> None:
    assert (await desk.get(path.format(id=uuid4()))).status_code == 404


async def test_an_unknown_deed_or_cursor_is_refused(kit: Kit, desk: httpx2.AsyncClient) -> None:
    enrolment = await accepted(kit.store)
    assert (await desk.get(f"/enrolments/{enrolment}/erase")).status_code == 404
    assert (await desk.get("/enrolments?after=nonsense")).status_code == 422
