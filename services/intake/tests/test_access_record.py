"""The access record of intake as its privacy officer reviews it."""

import pytest

from ansim.access import Role
from ansim.testing.kits import Clients

from .conftest import Desk


async def test_the_privacy_officer_reviews_who_looked_at_what(desk: Desk, people: Clients) -> None:
    report = await desk.acknowledged()
    await people.get(Role.intake_officer, f"/reports/{report}")
    number = (await desk.rows("select number from report"))[0]["number"]

    page = await people.get(Role.privacy_officer, f"/access-record?number=R-{number}&action=read&staff=intake-officer")
    listed = (await people.get(Role.privacy_officer, f"/api/v1/access-record?number=R-{number}&action=read")).json()
    itself = await desk.rows("select * from access_record where actor = 'privacy-officer' and what = 'access record'")

    assert page.status_code == 200
    assert f"R-{number}" in page.text
    assert {item["matter"] for item in listed["items"]} == {f"R-{number}"}
    assert len(itself) == 2
    assert (await people.get(Role.supervisor, "/access-record")).status_code == 403


@pytest.mark.parametrize("query", ["month=2026-13", "number=R-99999999", "month=x"])
async def test_a_review_asked_wrongly_says_what_is_wrong(people: Clients, query: str) -> None:
    assert (await people.get(Role.privacy_officer, f"/access-record?{query}")).status_code == 422
    assert (await people.get(Role.privacy_officer, f"/api/v1/access-record?{query}")).status_code == 422


async def test_a_character_that_no_record_holds_is_refused_in_words(people: Clients) -> None:
    page = await people.get(Role.privacy_officer, "/access-record?staff=%00")
    problem = await people.get(Role.privacy_officer, "/api/v1/access-record?staff=%00")

    assert (page.status_code, problem.status_code) == (400, 400)
    assert "<h1>" in page.text
    assert problem.json()["type"] == "/problems/unreadable"
