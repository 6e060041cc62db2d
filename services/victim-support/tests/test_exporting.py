"""Cases, referrals and items leave as codes and days, never with a name."""

import csv
import io
from uuid import uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.contracts.codes import SupportItemType
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token
from ansim.testing.stores import some_context
from victim_support.commands import ScheduleItem, schedule_item

from .conftest import MAY, planned_case, referred


@pytest.fixture
async def supervisor(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    return await client_for(kit, Role.supervisor, "en")


async def rows(kit: Kit, client: httpx2.AsyncClient, path: str) -> list[dict[str, str]]:
    known = {"csrf": csrf_token(kit, client), "once": str(uuid4()), "reason": "work_planning", "format": "csv"}
    answer = await client.post(path, data=known)
    assert answer.status_code == 200, answer.text
    assert "김가온" not in answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_every_list_leaves_as_its_page_filters_it(kit: Kit, supervisor: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store)
    await referred(kit.store)
    async with kit.store.unit(some_context(MAY)) as unit:
        due = MAY.date().replace(day=20)
        await schedule_item(unit, ScheduleItem(case=case, item_type=SupportItemType.LEGAL, due_on=due))

    [item] = await rows(kit, supervisor, "/exports/items")
    [opened] = await rows(kit, supervisor, "/exports/cases")
    assert (item["kind of support"], item["date fixed"], item["state"]) == ("legal support", "2020-05-20", "Date fixed")
    assert item["case number"] == opened["number"]
    assert (opened["state"], opened["items open"], opened["opened"]) == ("Under way", "1", "2020-05-04 10:00")
    assert len(await rows(kit, supervisor, "/exports/referrals")) == 2
    assert [row["state"] for row in await rows(kit, supervisor, "/exports/referrals?state=accepted")] == [
        "Accepted, under way"
    ]
    assert await rows(kit, supervisor, "/exports/cases?state=closed") == []


async def test_a_list_of_referrals_is_filtered_and_paged_in_its_address(
    kit: Kit, supervisor: httpx2.AsyncClient
) -> None:
    await planned_case(kit.store)
    for _ in range(3):
        await referred(kit.store)
    page = await supervisor.get("/referrals?state=received&limit=2")
    assert page.text.count('<th scope="row"') == 2
    assert 'href="/exports/referrals?state=received"' in page.text
    assert "/referrals?state=received&amp;after=" in page.text
    assert (await supervisor.get("/api/v1/referrals?state=accepted")).json()["items"][0]["state"] == "in_progress"
