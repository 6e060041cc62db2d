"""Whose case it is: other teams, recused colleagues and wrong roles find no trace of it, and work moves without being lost."""

import re
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute

from ansim.access import Role, demo_staff
from ansim.contracts.codes import AssignmentReason, SupportItemType
from ansim.journal import Actor, Context
from ansim.runtime import Kit
from ansim.testing.guarded import leaking_views, open_tables
from ansim.testing.kits import ClientFor, send_form
from ansim.testing.stores import some_context
from victim_support.commands import AskConsent, ScheduleItem, ask_consent, schedule_item
from victim_support.commands.assignment import Chosen, TransferCase, reassign, transfer_case
from victim_support.service import SERVICE

from .conftest import planned_case, signed_in
from .test_pages import soon

MEMBERS = {each.subject: each.member for each in demo_staff()}


def as_(subject: str) -> Context:
    member = next(each for each in demo_staff() if each.subject == subject)
    role = next(iter(member.roles))
    all_teams = role in {Role.supervisor, Role.privacy_officer}
    actor = Actor(subject, role, member.name)
    return replace(some_context(team=member.team), actor=actor, all_teams=all_teams)


async def case_of_team_1(kit: Kit) -> tuple[UUID, UUID, UUID]:
    """A case of support-worker in team 1: the case, one of its items, its referral."""
    case = await planned_case(kit.store)
    async with kit.store.unit(as_("supervisor")) as unit:
        item = await schedule_item(unit, ScheduleItem(case=case, item_type=SupportItemType.LEGAL, due_on=soon()))
        await transfer_case(unit, TransferCase(case=case, to=MEMBERS["support-worker"]))
        referral = await unit.conn.fetchval("select referral from support_case where case_id = $1", case)
    return case, item, referral


async def asked_consent(kit: Kit, case: UUID) -> UUID:
    question = {"purpose": "deletion", "recipient": "platforms", "asked_of": "person"}
    async with kit.store.unit(as_("supervisor")) as unit:
        return await ask_consent(unit, AskConsent.model_validate({"case": case, **question}))


def addresses(kit: Kit, ids: dict[str, UUID]) -> list[tuple[str, str]]:
    """Every address of the service that names a record, with its methods."""
    found = []
    for prefix, router in (("", SERVICE.pages(kit)), ("/api/v1", SERVICE.api(kit))):
        for route in flat(router.routes):
            names = re.findall(r"\{(\w+)\}", route.path)
            if names and all(name in ids for name in names):
                path = prefix + route.path
                for name in names:
                    path = path.replace(f"{{{name}}}", str(ids[name]))
                found += [(method, path) for method in route.methods]
    return sorted(found)


def flat(routes: Iterable[object]) -> list[APIRoute]:
    found = []
    for route in routes:
        if isinstance(route, APIRoute):
            found.append(route)
        else:
            found += flat(getattr(getattr(route, "original_router", route), "routes", ()))
    return found


@pytest.mark.parametrize("who", ["support-worker-3", "recused", "recused supervisor"])
async def test_no_address_shows_or_changes_what_is_not_ones_own_to_see(
    kit: Kit, client_for: ClientFor, who: str
) -> None:
    """CiviCRM 16360, 16559: permission lives in the read model. GlobaLeaks #4779, #3864: a recused person sees nothing."""
    case, item, referral = await case_of_team_1(kit)
    consent = await asked_consent(kit, case)
    subject = {"recused": "support-worker-2", "recused supervisor": "supervisor"}.get(who, who)
    client = await signed_in(kit, client_for, subject)
    if who != subject:
        said = await client.post(f"/api/v1/cases/{case}/recusals", json={"reason": "knows_person"})
        assert said.status_code == 204
    async with kit.store.read(some_context()) as conn:
        number = await conn.fetchval("select number from support_case where case_id = $1", case)
        before = await conn.fetchval("select count(*) from journal")
    ids = {"case_id": case, "item_id": item, "referral_id": referral, "record": case, "consent_id": consent}
    places = addresses(kit, ids)
    assert len(places) > 25

    for method, path in places:
        if method == "GET":
            answer = await client.get(path, follow_redirects=True)
            assert answer.status_code in (403, 404), path
        elif path.startswith("/api/"):
            answer = await client.request(method, path, json={})
            assert answer.status_code in (403, 404, 422), path
        else:
            answer = await send_form(kit, client, path, seen=3)
            assert answer.status_code in (403, 404, 422), path
        assert f"V-{number}" not in answer.text, path
        assert "김가온" not in answer.text, path

    for listing in ("/", "/cases?state=all", "/referrals", "/cases?show=free&state=all"):
        shown = await client.get(listing)
        assert shown.status_code == 200
        assert f"V-{number}" not in shown.text, listing
        assert str(case) not in shown.text, listing
    assert (await client.get("/api/v1/cases?state=all")).json()["items"] == []
    assert (await client.get("/api/v1/referrals")).json()["items"] == []
    async with kit.store.read(some_context()) as conn:
        assert await conn.fetchval("select count(*) from journal") == before


async def test_the_counts_of_today_are_those_of_the_own_scope(kit: Kit, client_for: ClientFor) -> None:
    await case_of_team_1(kit)

    mine = await (await signed_in(kit, client_for, "support-worker-2")).get("/")
    other = await (await signed_in(kit, client_for, "support-worker-4")).get("/")

    assert "Legal support" in mine.text
    assert "Legal support" not in other.text


async def test_whole_commands_are_refused_to_another_team(kit: Kit, client_for: ClientFor) -> None:
    case, item, _ = await case_of_team_1(kit)
    client = await signed_in(kit, client_for, "support-worker-3")
    commands: list[tuple[str, dict[str, object]]] = [
        (f"cases/{case}/safety-checks", {"immediate_danger": False}),
        (f"cases/{case}/plan", {"item_types": ["legal"]}),
        (f"cases/{case}/items", {"item_type": "legal", "due_on": str(soon())}),
        (f"cases/{case}/close", {"outcome": "goals_met"}),
        (f"cases/{case}/transfer", {"to": str(MEMBERS["support-worker-3"])}),
        (f"cases/{case}/recusals", {"reason": "other"}),
        (f"items/{item}/deliver", {"outcome": "completed"}),
        (f"items/{item}/not-delivered", {"reason": "person_absent"}),
    ]

    for path, body in commands:
        answer = await client.post(f"/api/v1/{path}", json=body)
        unknown = await client.post(f"/api/v1/{path}".replace(str(case), str(uuid4())), json=body)
        assert answer.status_code == 404, path
        if str(case) in path:
            same = [{**each.json(), "instance": "", "reference": ""} for each in (answer, unknown)]
            assert same[0]["title"] == same[1]["title"]
            assert same[0].get("detail") == same[1].get("detail")


async def test_after_a_transfer_the_old_team_sees_nothing_and_the_new_one_everything(
    kit: Kit, client_for: ClientFor
) -> None:
    case, _, referral = await case_of_team_1(kit)
    old, new = [await signed_in(kit, client_for, who) for who in ("support-worker", "support-worker-4")]
    assert (await new.get(f"/cases/{case}")).status_code == 404

    moved = await send_form(
        kit, old, f"/cases/{case}/transfer", seen=4, to=MEMBERS["support-worker-4"], reason="person_asked"
    )

    assert (moved.status_code, moved.headers["Location"]) == (303, "/cases?show=mine")
    assert (await old.get(f"/cases/{case}")).status_code == 404
    assert (await old.get(f"/referrals/{referral}")).status_code == 404
    page = await new.get(f"/cases/{case}")
    assert "Given to another worker" in page.text
    assert "the person asked for it" in page.text
    assert "길하람" in page.text
    assert str(case) in (await new.get("/cases?show=mine")).text


async def test_whoever_transfers_on_an_old_view_sees_both_changes(kit: Kit, client_for: ClientFor) -> None:
    """Primero #508: the last edit never wins silently."""
    case, _, _ = await case_of_team_1(kit)
    client = await signed_in(kit, client_for, "support-worker")
    to = MEMBERS["support-worker-2"]
    await send_form(kit, client, f"/cases/{case}/transfer", seen=4, to=to, reason="workload")

    stale = await send_form(
        kit, client, f"/cases/{case}/transfer", seen=4, to=MEMBERS["support-worker-3"], reason="workload"
    )

    assert stale.status_code == 409
    assert "Someone else was faster" in stale.text
    assert "Given to another worker" in stale.text
    assert f'value="{MEMBERS["support-worker-3"]}" selected' in stale.text


async def test_one_stale_case_keeps_no_other_of_a_leaver_from_moving(kit: Kit, client_for: ClientFor) -> None:
    """SORMAS #906: failure per item, never per batch; the result names each case."""
    cases = [(await case_of_team_1(kit))[0] for _ in range(3)]
    supervisor = await signed_in(kit, client_for, "supervisor")
    form = await supervisor.get(f"/cases/reassign?holder={MEMBERS['support-worker']}")
    chosen = re.findall(r'name="cases" value="([^"]+)" checked', form.text)
    assert len(chosen) == 3
    stale = await supervisor.post(f"/api/v1/cases/{cases[1]}/safety-checks", json={"immediate_danger": True})
    assert stale.status_code == 200
    once = str(uuid4())
    sent = {"holder": MEMBERS["support-worker"], "to": MEMBERS["support-worker-3"], "reason": "worker_leaves"}

    first = await send_form(kit, supervisor, "/cases/reassign", cases=chosen, once=once, **sent)
    again = await send_form(kit, supervisor, "/cases/reassign", cases=chosen, once=once, **sent)

    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    result = await supervisor.get(first.headers["Location"])
    assert "2 of 3 moved" in result.text
    assert "Changed meanwhile by somebody else" in result.text
    assert "1 case did not move." in result.text
    async with kit.store.read(some_context()) as conn:
        rows = await conn.fetch("select case_id, team from support_case")
        moves = await conn.fetchval("select count(*) from journal where payload ->> 'reason' = 'worker_leaves'")
    assert {row["case_id"]: row["team"] for row in rows} == {
        cases[0]: "support-2",
        cases[1]: "support-1",
        cases[2]: "support-2",
    }
    assert moves == 2, "one event for each case that moved, and none again"


async def test_reassigning_over_the_api_tells_each_case(kit: Kit, client_for: ClientFor) -> None:
    case, _, _ = await case_of_team_1(kit)
    supervisor = await signed_in(kit, client_for, "supervisor")
    body = {"to": str(MEMBERS["support-worker-2"]), "cases": [{"case": str(case), "seen": 4}, {"case": str(uuid4())}]}

    answer = await supervisor.post("/api/v1/reassignments", json=body)
    worker = await (await signed_in(kit, client_for, "support-worker")).post("/api/v1/reassignments", json=body)

    assert answer.json()["moved"] == 1
    assert [each["why"] for each in answer.json()["results"]] == ["", "not_found"]
    assert worker.status_code == 403


async def test_a_reassignment_cut_off_in_the_middle_goes_on_where_it_stopped(kit: Kit) -> None:
    cases = [(await case_of_team_1(kit))[0] for _ in range(2)]
    key, to, reason = uuid4(), MEMBERS["support-worker-2"], AssignmentReason.WORKER_LEAVES
    context = as_("supervisor")
    await reassign(kit.store, context, key, to, reason, [Chosen(case=cases[0])])

    whole = await reassign(kit.store, context, key, to, reason, [Chosen(case=case) for case in cases])

    assert [each.why for each in whole] == ["", ""]
    async with kit.store.read(some_context()) as conn:
        assert await conn.fetchval("select count(*) from journal where type like '%.case.assigned.%'") == 4


async def test_who_is_recused_lets_go_of_the_case_and_the_team_has_it(kit: Kit, client_for: ClientFor) -> None:
    case, _, _ = await case_of_team_1(kit)
    worker = await signed_in(kit, client_for, "support-worker")

    gone = await send_form(kit, worker, f"/cases/{case}/recusal", reason="knows_other_side")

    assert gone.status_code == 303
    colleague = await signed_in(kit, client_for, "support-worker-2")
    free = await colleague.get("/cases?show=free")
    assert str(case) in free.text
    page = await colleague.get(f"/cases/{case}")
    assert "Recused themselves" in page.text
    assert "With the team, no worker yet" in page.text


async def test_a_worker_opens_cases_for_their_own_team_and_a_supervisor_for_any(
    kit: Kit, client_for: ClientFor
) -> None:
    worker, supervisor = [await signed_in(kit, client_for, who) for who in ("support-worker-3", "supervisor")]
    opening: dict[str, object] = {
        "name": "신하늘 (가상)",
        "age_band": "unknown",
        "gender": "unknown",
        "district": "mapo",
    }
    opening |= {"harm_types": ["grooming"]}

    own = await worker.post("/api/v1/cases", json=opening)
    given = await supervisor.post("/api/v1/cases", json=opening | {"to": str(MEMBERS["support-worker-2"])})
    waiting = await supervisor.post("/api/v1/cases", json=opening)
    nobody = await supervisor.post("/api/v1/cases", json=opening | {"to": str(MEMBERS["analyst"])})

    assert nobody.status_code == 422
    seen = {each["case_id"]: each for each in (await supervisor.get("/api/v1/cases")).json()["items"]}
    found = [(seen[one.json()["id"]]["team"], seen[one.json()["id"]]["assignee"]) for one in (own, given, waiting)]
    assert found == [("support-2", "연시우 (가상)"), ("support-1", "남도윤 (가상)"), ("centre", "")]
    assert [each["case_id"] for each in (await worker.get("/api/v1/cases?mine=true")).json()["items"]] == [
        own.json()["id"]
    ]


async def test_every_table_with_records_is_guarded(kit: Kit) -> None:
    async with kit.store.read() as conn:
        assert await open_tables(conn, "victim_support") == set()  # type: ignore[arg-type]
        assert await leaking_views(conn) == set()  # type: ignore[arg-type]


async def test_lists_of_five_hundred_are_paged(kit: Kit, client_for: ClientFor) -> None:
    case, _, _ = await case_of_team_1(kit)
    async with kit.store.unit(as_("supervisor")) as unit:
        await unit.conn.execute("select set_config('ansim.projecting', 'on', true)")
        await unit.conn.execute(
            """
            insert into support_case (case_id, person, age_band, gender, district, harm_types, state, worker, worker_name,
                                      opened_event, opened_at, version, team)
            select gen_random_uuid(), gen_random_uuid(), age_band, gender, district, harm_types, state, worker, worker_name,
                   opened_event, opened_at, version, team
            from support_case, generate_series(1, 500) where case_id = $1
            """,
            case,
        )
    client = await signed_in(kit, client_for, "support-worker")

    seen: set[str] = set()
    after, pages = "", 0
    while True:
        answer = (await client.get(f"/api/v1/cases?limit=200{after}")).json()
        seen |= {each["case_id"] for each in answer["items"]}
        pages += 1
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"

    assert (len(seen), pages) == (501, 3)
    assert "Older cases" in (await client.get("/cases")).text
