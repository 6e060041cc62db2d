"""Finding a case by an exact name or telephone number: for those who may see it, and on record."""

import httpx2
import pytest

from ansim.access import Role
from ansim.contracts import EVENTS
from ansim.journal import Store
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token
from ansim.testing.stores import some_context
from victim_support.commands import ConsiderGuardian, consider_guardian
from victim_support.projections import projector

from .conftest import planned_case


async def find(kit: Kit, client: httpx2.AsyncClient, by: str, text: str) -> httpx2.Response:
    return await client.post("/find", data={"csrf": csrf_token(kit, client), "by": by, "text": text})


async def searches(store: Store) -> list[tuple[str, str]]:
    async with store.read(some_context()) as conn:
        rows = await conn.fetch("select action, what from access_record where action in ('searched', 'compared')")
    return [(row["action"], row["what"]) for row in rows]


@pytest.mark.parametrize(
    ("by", "text"),
    [("name", "김가온"), ("name", "김 가온 (가상)"), ("phone", "010-0000-0001"), ("phone", "+82 10 0000 0001")],
)
async def test_a_case_is_found_by_the_exact_name_and_number(
    kit: Kit, worker: httpx2.AsyncClient, by: str, text: str
) -> None:
    case = await planned_case(kit.store)
    answer = await find(kit, worker, by, text)
    assert f'href="/cases/{case}"' in answer.text
    assert await searches(kit.store) == [("searched", f"search.{by}")]
    assert "김가온" not in answer.text.replace(f'value="{text}"', "")


@pytest.mark.parametrize(("by", "text"), [("name", "가온"), ("name", "김가"), ("phone", "010-0000-0002")])
async def test_a_part_of_a_name_or_another_number_finds_nothing(
    kit: Kit, worker: httpx2.AsyncClient, by: str, text: str
) -> None:
    await planned_case(kit.store)
    answer = await find(kit, worker, by, text)
    assert answer.status_code == 200
    assert "Nothing fits exactly" in answer.text
    assert ("searched", f"search.{by}") in await searches(kit.store)


async def test_whoever_has_to_ask_the_custodian_learns_no_identity_by_searching(
    kit: Kit, client_for: ClientFor
) -> None:
    await planned_case(kit.store)
    client = await client_for(kit, Role.supervisor, "en")
    assert 'value="name"' not in (await client.get("/find")).text
    for by, text in (("name", "김가온"), ("phone", "010-0000-0001")):
        refused = await find(kit, client, by, text)
        assert refused.status_code == 422
        assert "ask the custodian on the record itself" in refused.text
    assert await searches(kit.store) == []


async def test_two_people_of_one_name_are_both_found(kit: Kit, worker: httpx2.AsyncClient) -> None:
    cases = [await planned_case(kit.store), await planned_case(kit.store)]
    answer = await find(kit, worker, "name", "김가온")
    assert all(f'href="/cases/{case}"' in answer.text for case in cases)
    assert len(await searches(kit.store)) == 2


async def test_numbers_lead_to_cases_and_referrals(kit: Kit, worker: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store)
    async with kit.store.read(some_context()) as conn:
        number = await conn.fetchval("select number from support_case where case_id = $1", case)
        referral = await conn.fetchval("select number from referral where case_id = $1", case)
    assert f'href="/cases/{case}"' in (await find(kit, worker, "number", f"v {number}")).text
    assert 'href="/referrals/' in (await find(kit, worker, "number", f"E-{referral}")).text
    assert "Nothing fits exactly" in (await find(kit, worker, "number", "V-999999")).text


async def test_another_team_finds_nothing_and_is_not_told_that_there_is_something(
    kit: Kit, worker: httpx2.AsyncClient, client_for: ClientFor
) -> None:
    """CiviCRM 16360, 16559: permission lives in the read model, so no other screen leaks."""
    case = await planned_case(kit.store)
    stranger = await client_for(kit, Role.support_worker, "en")
    stranger.cookies.update(await kit.access.sign_in_as("support-worker-3"))
    async with kit.store.read(some_context()) as conn:
        number = await conn.fetchval("select number from support_case where case_id = $1", case)

    for by, text in (("name", "김가온"), ("phone", "010-0000-0001"), ("number", f"V-{number}")):
        assert f'href="/cases/{case}"' in (await find(kit, worker, by, text)).text
        answer = await find(kit, stranger, by, text)
        assert "Nothing fits exactly" in answer.text
        assert str(case) not in answer.text


async def test_a_guardian_who_calls_leads_to_the_case(kit: Kit, worker: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store)
    async with kit.store.unit(some_context()) as unit:
        named = {"guardian": "한바다 (가상)", "guardian_contact": "010-0000-0009 (가상)"}
        await consider_guardian(
            unit,
            ConsiderGuardian.model_validate({"case": case, "suspect": False, "basis": "guardian_consent", **named}),
        )
    assert f'href="/cases/{case}"' in (await find(kit, worker, "name", "한바다")).text
    assert f'href="/cases/{case}"' in (await find(kit, worker, "phone", "01000000009")).text


def test_every_sealed_name_and_contact_of_this_service_can_be_found() -> None:
    asked = {"name", "contact", "guardian", "guardian_contact"}
    ours = [event for event in EVENTS.values() if event.service == "victim-support"]
    forgotten = {
        event.type_name(): sealed - projector.searched_fields(event).keys()
        for event in ours
        if (sealed := event.sealed_fields & asked) - projector.searched_fields(event).keys()
    }
    assert forgotten == {}


async def test_an_erased_person_is_not_found(kit: Kit, worker: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store)
    async with kit.store.read(some_context()) as conn:
        person = await conn.fetchval("select person from support_case where case_id = $1", case)
    await kit.vault.destroy(person)
    assert "Nothing fits exactly" in (await find(kit, worker, "name", "김가온")).text


async def test_the_api_gives_the_same_list(kit: Kit, worker: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store)
    headers = {"X-CSRF-Token": csrf_token(kit, worker)}
    found = await worker.post("/api/v1/find", json={"by": "name", "text": "김가온"}, headers=headers)
    assert found.json() == {
        "items": [
            {
                "kind": "case",
                "id": str(case),
                "number": found.json()["items"][0]["number"],
                "path": f"/api/v1/cases/{case}",
            }
        ]
    }
