"""The course of a case: safety first, a plan that a second person approves, watched, and opened again."""

from datetime import date, timedelta

import httpx2

from ansim.contracts.codes import (
    AgeBand,
    CaseReopenReason,
    SupportItemType,
)
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, send_form
from victim_support.domain import case as cases
from victim_support.domain.case import CaseState

from .conftest import case_of, in_days, planned_case, refusal, signed_in

TODAY = date(2020, 5, 4)


# rules


def test_a_plan_for_a_child_waits_for_the_guardian_s_part() -> None:
    child = case_of(AgeBand.UNDER_14, immediate_danger=False, state=CaseState.SAFETY_CHECKED)

    assert refusal(lambda: cases.agree_plan(child, [SupportItemType.LEGAL])) == "case.guardian_first"


def test_nobody_approves_their_own_plan() -> None:
    planned = case_of(immediate_danger=False, state=CaseState.PLAN_AGREED)

    assert refusal(lambda: cases.approve_plan(planned, author="a", by="a")) == "case.own_plan"
    [approved] = cases.approve_plan(planned, author="a", by="b")
    active = cases.evolve(planned, approved)
    assert active.state is CaseState.ACTIVE
    assert refusal(lambda: cases.approve_plan(active, author="a", by="b")) == "case.nothing_to_approve"


def test_a_case_is_watched_when_nothing_is_open_and_reopened_with_safety_first() -> None:
    active = case_of(immediate_danger=False, state=CaseState.ACTIVE)
    next_month = TODAY + timedelta(days=30)

    assert refusal(lambda: cases.watch(active, next_month, open_items=1, today=TODAY)) == "case.has_open_items"
    assert (
        refusal(lambda: cases.watch(active, TODAY - timedelta(days=1), open_items=0, today=TODAY)) == "case.next_check"
    )
    [watched] = cases.watch(active, next_month, open_items=0, today=TODAY)
    watching = cases.evolve(active, watched)
    [reopened] = cases.reopen(watching, CaseReopenReason.REDISTRIBUTION)
    again = cases.evolve(watching, reopened)
    assert (again.state, again.immediate_danger) == (CaseState.OPENED, None)
    assert refusal(lambda: cases.agree_plan(again, [SupportItemType.LEGAL])) == "case.safety_first"
    assert refusal(lambda: cases.reopen(active, CaseReopenReason.NEW_HARM)) == "case.is_open"


# in the service


async def test_a_suspect_guardian_s_name_is_not_kept_and_the_page_says_not_to_ask(
    kit: Kit, client_for: ClientFor, worker: httpx2.AsyncClient
) -> None:
    opening: dict[str, object] = {
        "name": "신하늘 (가상)",
        "age_band": "under_14",
        "gender": "unknown",
        "district": "mapo",
    }
    made = await worker.post("/api/v1/cases", json=opening | {"harm_types": ["grooming"]})
    case = made.headers["Location"].removeprefix("/api/v1")
    await send_form(kit, worker, f"{case}/safety", seen=1, immediate_danger="false")
    too_soon = await send_form(kit, worker, f"{case}/plan", seen=2, item_types=["legal"])
    blind = await send_form(kit, worker, f"{case}/guardian", seen=2, suspect="true", basis="guardian_consent")
    named = {"guardian": "보호자이름 (가상)", "guardian_contact": "010-0000-0009 (가상)"}

    noted = await send_form(kit, worker, f"{case}/guardian", seen=2, suspect="true", basis="vital_interest", **named)

    assert (too_soon.status_code, blind.status_code, noted.status_code) == (422, 422, 303)
    assert "Choose another basis." in blind.text
    page = await worker.get(f"{case}/person")
    assert "A suspect. Not asked, not told." in page.text
    assert "보호자이름" not in page.text
    asked = await send_form(
        kit, worker, f"{case}/consents/new", seen=3, purpose="deletion", recipient="platforms", asked_of="guardian"
    )
    assert asked.status_code == 422
    cleared = await send_form(
        kit, worker, f"{case}/guardian", seen=3, suspect="false", basis="guardian_consent", **named
    )
    assert cleared.status_code == 303
    assert "보호자이름 (가상)" in (await worker.get(f"{case}/person")).text
    assert "보호자이름" not in (await worker.get(case)).text


async def test_the_course_of_a_case_over_the_api(kit: Kit, client_for: ClientFor, worker: httpx2.AsyncClient) -> None:
    colleague = await signed_in(kit, client_for, "support-worker-2")
    case = f"/api/v1/cases/{await planned_case(kit.store)}"

    own = await worker.post(f"{case}/plan", json={"item_types": ["legal"]})
    refused = await worker.post(f"{case}/approve")
    approved = await colleague.post(f"{case}/approve", headers={"If-Match": '"4"'})
    watched = await worker.post(f"{case}/watch", json={"next_check_on": in_days(14)})
    reopened = await worker.post(f"{case}/reopen", json={"reason": "redistribution"})

    codes = [one.status_code for one in (own, refused, approved, watched, reopened)]
    assert codes == [200, 422, 200, 200, 200]
    shown = (await worker.get(case)).json()
    assert (shown["state"], shown["reopened"], shown["immediate_danger"]) == ("opened", 1, None)
    page = await worker.get(case.removeprefix("/api/v1"))
    for words in ("Plan approved by a second person", "Only watched from now on", "Case reopened", "next look"):
        assert words in page.text
    assert "Reopened. Safety has not been checked again." in page.text
