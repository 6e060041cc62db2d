"""Support items of every kind: asked for, dated, moved, delivered or not; going along to the police; week and open lists."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansim.contracts import Event
from ansim.contracts.codes import (
    AgeBand,
    HarmType,
    ItemOutcome,
    NotDeliveredReason,
    RescheduleReason,
    SupportItemType,
)
from ansim.contracts.victim_support import ItemAccompanimentPlanned, ItemDelivered, ItemRescheduled, ItemScheduled
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, send_form
from ansim.testing.stores import some_context
from ansim.web.said import SEOUL
from victim_support.domain import item as items
from victim_support.domain.case import Case, CaseState
from victim_support.domain.item import Item, ItemState
from victim_support.pages.calendar import monday_of

from .conftest import planned_case, refusal, signed_in
from .test_teams_and_recusal import MEMBERS

TODAY = date(2020, 5, 4)
CASE_ID, GOES = uuid4(), uuid4()
CASE = Case(
    person=uuid4(),
    referral=None,
    age_band=AgeBand.AGE_19_24,
    harm_types=frozenset({HarmType.GROOMING}),
    state=CaseState.ACTIVE,
    immediate_danger=False,
    item_types=frozenset(SupportItemType),
)


def folded(*events: Event) -> Item:
    state: Item | None = None
    for event in events:
        state = items.evolve(state, event)
    assert state is not None
    return state


# rules


@given(
    kind=st.sampled_from(SupportItemType),
    asked_first=st.booleans(),
    moves=st.lists(st.integers(0, 60), max_size=6),
    given_up=st.booleans(),
)
def test_however_often_an_item_of_any_kind_moves_it_counts_once_and_only_when_delivered(
    kind: SupportItemType, asked_first: bool, moves: list[int], given_up: bool
) -> None:
    past: list[Event] = []
    if asked_first:
        past += items.request(CASE, CASE_ID, kind)
        past += items.give_date(folded(*past), CASE, TODAY, today=TODAY)
    else:
        past += items.schedule(CASE, CASE_ID, kind, TODAY, today=TODAY)
    for days in moves:
        day = TODAY + timedelta(days=days)
        if day != folded(*past).due_on:
            past += items.reschedule(folded(*past), CASE, day, RescheduleReason.PERSON_ASKED, today=TODAY)
    if given_up:
        past += items.give_up(folded(*past), CASE, NotDeliveredReason.PERSON_ABSENT)
    else:
        past += items.deliver(folded(*past), CASE, ItemOutcome.COMPLETED)

    assert sum(isinstance(event, ItemDelivered) for event in past) == (not given_up)
    assert sum(isinstance(event, ItemScheduled) for event in past) == 1
    end = folded(*past)
    for call in (
        lambda: items.deliver(end, CASE, ItemOutcome.COMPLETED),
        lambda: items.give_up(end, CASE, NotDeliveredReason.PERSON_ABSENT),
        lambda: items.reschedule(end, CASE, TODAY, RescheduleReason.WORKER, today=TODAY),
    ):
        assert refusal(call) == "item.settled"


def test_what_is_only_asked_for_cannot_be_delivered_but_can_be_given_up() -> None:
    asked = folded(*items.request(CASE, CASE_ID, SupportItemType.LEGAL))

    assert refusal(lambda: items.deliver(asked, CASE, ItemOutcome.COMPLETED)) == "item.date_first"
    assert (
        refusal(lambda: items.reschedule(asked, CASE, TODAY, RescheduleReason.WORKER, today=TODAY)) == "item.date_first"
    )
    [given_up] = items.give_up(asked, CASE, NotDeliveredReason.PERSON_ABSENT)
    assert items.evolve(asked, given_up).state is ItemState.NOT_DELIVERED


def test_dates_lie_between_today_and_a_year_ahead() -> None:
    dated = folded(*items.schedule(CASE, CASE_ID, SupportItemType.LEGAL, TODAY, today=TODAY))

    for days, rule in ((-1, "item.due_in_the_past"), (367, "item.due_too_far"), (0, "item.same_day")):
        day = TODAY + timedelta(days=days)
        answer = refusal(
            lambda day=day: items.reschedule(dated, CASE, day, RescheduleReason.PROVIDER, today=TODAY)  # type: ignore[misc]
        )
        assert answer == rule


def test_the_item_s_day_follows_the_appointment_with_the_police() -> None:
    asked = folded(*items.request(CASE, CASE_ID, SupportItemType.POLICE_ACCOMPANIMENT))
    at = datetime(2020, 5, 11, 1, 0, tzinfo=UTC)
    day = date(2020, 5, 11)

    first = items.plan_accompaniment(asked, CASE, at, day, GOES, day, today=TODAY)
    dated = folded(*items.request(CASE, CASE_ID, SupportItemType.POLICE_ACCOMPANIMENT), *first)
    moved = items.plan_accompaniment(
        dated, CASE, at + timedelta(days=1), day + timedelta(days=1), GOES, None, today=TODAY
    )
    same = items.plan_accompaniment(dated, CASE, at, day, GOES, None, today=TODAY)

    assert [type(event) for event in first] == [ItemScheduled, ItemAccompanimentPlanned]
    assert [type(event) for event in moved] == [ItemRescheduled, ItemAccompanimentPlanned]
    assert [type(event) for event in same] == [ItemAccompanimentPlanned]
    early = day - timedelta(days=1)
    assert (
        refusal(lambda: items.plan_accompaniment(dated, CASE, at, day, GOES, early, today=TODAY)) == "item.next_before"
    )
    legal = folded(*items.schedule(CASE, CASE_ID, SupportItemType.LEGAL, TODAY, today=TODAY))
    assert (
        refusal(lambda: items.plan_accompaniment(legal, CASE, at, day, GOES, None, today=TODAY))
        == "item.no_accompaniment"
    )


@given(st.dates(date(1971, 1, 1), date(2100, 1, 1)))
def test_a_week_begins_on_its_monday(day: date) -> None:
    monday = monday_of(day)

    assert monday.weekday() == 0
    assert timedelta(0) <= day - monday < timedelta(days=7)


# in the service


def seoul_day(days: int = 0) -> date:
    return datetime.now(SEOUL).date() + timedelta(days=days)


async def asked_item(worker: httpx2.AsyncClient, case: UUID, kind: str = "police_accompaniment") -> str:
    made = await worker.post(f"/api/v1/cases/{case}/items", json={"item_type": kind})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def test_going_along_to_the_police_from_wish_to_result(kit: Kit, worker: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store, SupportItemType.POLICE_ACCOMPANIMENT)
    item = await asked_item(worker, case)
    page = f"/cases/{case}/items/{item}"
    day = seoul_day(3)
    plan: dict[str, object] = {
        "starts_at": f"{day}T10:00",
        "station": "표식경찰서 (가상)",
        "goes": MEMBERS["support-worker-2"],
        "agreed": "중간에 쉬기로 함 (가상)",
        "next_step": "진술 조서 확인 (가상)",
        "next_on": str(day + timedelta(days=7)),
    }
    assert "Asked for, no date yet" in (await worker.get(page)).text

    planned = await send_form(kit, worker, f"{page}/accompaniment", seen=1, **plan)

    assert planned.status_code == 303, planned.text
    closed, opened = await worker.get(page), await worker.get(f"{page}/details")
    assert "표식경찰서" not in closed.text
    for words in ("표식경찰서 (가상)", "중간에 쉬기로 함 (가상)", "진술 조서 확인 (가상)"):
        assert words in opened.text
    assert "남도윤" in closed.text
    assert "10:00" in closed.text
    async with kit.store.read(some_context()) as conn:
        stored = str(await conn.fetch("select payload from journal")) + str(
            await conn.fetch("select * from support_item")
        )
        looks = await conn.fetchval("select count(*) from access_record where what = 'item.accompaniment_planned'")
    assert "표식경찰서" not in stored
    assert looks == 2, "written once, read once"
    details = (await worker.get(f"/api/v1/items/{item}/details")).json()
    assert details["station"] == "표식경찰서 (가상)"
    delivered = await send_form(kit, worker, f"{page}/deliver", seen=3, outcome="completed")
    assert delivered.status_code == 303
    record = (await worker.get(f"/cases/{case}")).text
    for words in ("Asked for: going along", "Going along to the police planned", "next step", "Delivered: going along"):
        assert words.replace("going along", "").strip(": ") in record


async def test_only_a_worker_who_may_see_the_case_goes_along(kit: Kit, worker: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store, SupportItemType.POLICE_ACCOMPANIMENT)
    item = await asked_item(worker, case)
    body = {"starts_at": f"{seoul_day(3)}T10:00:00+09:00", "station": "가상경찰서 (가상)"}

    other_team = await worker.post(
        f"/api/v1/items/{item}/accompaniment", json=body | {"goes": str(MEMBERS["support-worker-3"])}
    )
    oneself = await worker.post(f"/api/v1/items/{item}/accompaniment", json=body)

    assert (other_team.status_code, oneself.status_code) == (422, 200)
    assert (await worker.get(f"/api/v1/items/{item}")).json()["goes"] == str(MEMBERS["support-worker"])


async def test_a_moved_date_shows_in_the_list_the_week_and_the_record(kit: Kit, worker: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store, SupportItemType.LEGAL)
    item = await asked_item(worker, case, "legal")
    page = f"/cases/{case}/items/{item}"
    first, second = seoul_day(1), seoul_day(40)
    await send_form(kit, worker, f"{page}/date", seen=1, due_on=first)

    moved = await send_form(kit, worker, f"{page}/move", seen=2, due_on=second, reason="provider")
    stale = await send_form(kit, worker, f"{page}/move", seen=2, due_on=seoul_day(41), reason="provider")

    assert (moved.status_code, stale.status_code) == (303, 409)
    assert "Someone else was faster" in stale.text
    assert "Date moved" in stale.text
    week = await worker.get(f"/calendar?week={second}&who=all")
    assert "Legal support" in week.text
    assert "Legal support" not in (await worker.get(f"/calendar?week={first}&who=all")).text
    listed = await worker.get("/items?show=dated")
    assert "moved once" in listed.text
    case_now = (await worker.get(f"/api/v1/cases/{case}")).json()
    assert (case_now["next_due"], case_now["items_open"]) == (str(second), 1)


async def test_the_lists_tell_overdue_asked_and_dated_apart(kit: Kit, worker: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store, SupportItemType.LEGAL, SupportItemType.MEDICAL, SupportItemType.COUNSELLING)
    await asked_item(worker, case, "medical")
    for kind in ("legal", "counselling"):
        body = {"item_type": kind, "due_on": str(seoul_day(2))}
        await worker.post(f"/api/v1/cases/{case}/items", json=body)
    async with kit.store.unit(some_context()) as unit:
        await unit.conn.execute("update support_item set due_on = $1 where item_type = 'legal'", seoul_day(-2))

    kinds = {
        show: [each["item_type"] for each in (await worker.get(f"/api/v1/items?show={show}")).json()["items"]]
        for show in ("overdue", "requested", "dated")
    }

    assert kinds == {"overdue": ["legal"], "requested": ["medical"], "dated": ["legal", "counselling"]}
    assert "Legal support" in (await worker.get("/items")).text
    assert "day has passed" in (await worker.get(f"/cases/{case}")).text


@pytest.mark.parametrize("kind", [kind.value for kind in SupportItemType])
async def test_every_kind_of_support_is_asked_for_dated_and_settled(
    kit: Kit, worker: httpx2.AsyncClient, kind: str
) -> None:
    case = await planned_case(kit.store, *SupportItemType)
    item = await asked_item(worker, case, kind)
    dated = await worker.post(f"/api/v1/items/{item}/date", json={"due_on": str(seoul_day())})
    done = await worker.post(f"/api/v1/items/{item}/deliver", json={"outcome": "completed"})
    lost = await asked_item(worker, case, kind)
    given_up = await worker.post(f"/api/v1/items/{lost}/not-delivered", json={"reason": "person_absent"})

    assert [each.status_code for each in (dated, done, given_up)] == [200, 200, 200]
    counts = (await worker.get(f"/api/v1/cases/{case}")).json()
    assert (counts["items_delivered"], counts["items_not"], counts["items_open"]) == (1, 1, 0)


async def test_a_week_holds_only_what_the_reader_may_see(
    kit: Kit, client_for: ClientFor, worker: httpx2.AsyncClient
) -> None:
    case = await planned_case(kit.store, SupportItemType.LEGAL)
    body = {"item_type": "legal", "due_on": str(seoul_day())}
    await worker.post(f"/api/v1/cases/{case}/items", json=body)
    other = await signed_in(kit, client_for, "support-worker-3")

    assert "Legal support" in (await worker.get("/calendar?who=all")).text
    for path in ("/calendar?who=all", f"/calendar?who={MEMBERS['support-worker']}", "/items?show=dated"):
        assert "Legal support" not in (await other.get(path)).text


@pytest.mark.parametrize(
    "path", ["/calendar?week=0001-01-01", "/calendar?week=9999-12-31", "/calendar?week=x", "/items?show=x"]
)
async def test_nonsense_in_an_address_is_answered_and_not_a_fault(worker: httpx2.AsyncClient, path: str) -> None:
    assert (await worker.get(path)).status_code == 422


async def test_a_supervisor_does_not_open_what_was_agreed(
    kit: Kit, client_for: ClientFor, worker: httpx2.AsyncClient
) -> None:
    case = await planned_case(kit.store, SupportItemType.POLICE_ACCOMPANIMENT)
    item = await asked_item(worker, case)
    body = {"starts_at": f"{seoul_day(3)}T10:00:00+09:00", "station": "표식경찰서 (가상)"}
    assert (await worker.post(f"/api/v1/items/{item}/accompaniment", json=body)).status_code == 200
    supervisor = await signed_in(kit, client_for, "supervisor")

    page = await supervisor.get(f"/cases/{case}/items/{item}/details")
    api = await supervisor.get(f"/api/v1/items/{item}/details")

    assert (page.status_code, api.status_code) == (303, 403)
    assert page.headers["Location"] == f"/cases/{case}/disclosure"
