"""Consents at the desk: asked for, given, narrowed and withdrawn, by forms and over the API."""

from datetime import date, timedelta
from uuid import UUID

import httpx2
import pytest

from ansim.access import Role
from ansim.clock.sweeper import Sweeper
from ansim.contracts.codes import (
    ConsentBy,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
)
from ansim.errors import DomainError
from ansim.journal import Store
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, send_form
from ansim.testing.stores import some_context
from victim_support.commands import (
    AskConsent,
    GiveConsent,
    ask_consent,
    give_consent,
    need_consent,
)
from victim_support.service import SERVICE

from .conftest import MAY, in_days, need_of, planned_case

P, R, C = ConsentPurpose, ConsentRecipient, ConsentContent


async def given_consent(kit: Kit, worker: httpx2.AsyncClient, case: UUID) -> str:
    asked = await send_form(
        kit,
        worker,
        f"/cases/{case}/consents/new",
        seen=3,
        purpose="investigation",
        recipient="police",
        asked_of="person",
    )
    assert asked.status_code == 303, asked.text
    await send_form(
        kit,
        worker,
        f"{asked.headers['Location']}/give",
        seen=1,
        content=["case_summary", "post_addresses"],
        withheld=["school"],
        until=in_days(90),
    )
    return str(asked.headers["Location"])


async def test_a_consent_is_asked_given_narrowed_and_withdrawn_by_forms_alone(
    kit: Kit, worker: httpx2.AsyncClient
) -> None:
    case = await planned_case(kit.store)
    consent = await given_consent(kit, worker, case)

    page = await worker.get(f"/cases/{case}")
    assert "The police" in page.text
    assert "the school; everything else" in page.text.replace("The school", "the school")
    assert "Given by: the person" in page.text
    wider = await send_form(
        kit, worker, f"{consent}/narrow", seen=2, content=["case_summary", "identity"], until=in_days(90)
    )
    narrowed = await send_form(kit, worker, f"{consent}/narrow", seen=2, content=["case_summary"], until=in_days(30))
    stale = await send_form(kit, worker, f"{consent}/withdraw", seen=2)
    withdrawn = await send_form(kit, worker, f"{consent}/withdraw", seen=3)

    assert (wider.status_code, narrowed.status_code, stale.status_code, withdrawn.status_code) == (422, 303, 409, 303)
    assert "This is more than was consented to." in wider.text
    assert "Someone else was faster" in stale.text
    assert "Consent narrowed" in stale.text
    after = await worker.get(f"/cases/{case}")
    assert "Consent withdrawn" in after.text
    async with kit.store.unit(some_context()) as unit:
        with pytest.raises(DomainError) as refused:
            await need_consent(unit, case, need_of(P.INVESTIGATION, R.POLICE, C.CASE_SUMMARY))
    assert refused.value.rule == "consent.missing"


async def test_a_command_goes_on_only_within_what_was_consented_to(kit: Kit, worker: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store)
    await given_consent(kit, worker, case)

    async with kit.store.unit(some_context()) as unit:
        await need_consent(unit, case, need_of(P.INVESTIGATION, R.POLICE, C.CASE_SUMMARY, C.POST_ADDRESSES))
        for need in (
            need_of(P.INVESTIGATION, R.POLICE, C.CASE_SUMMARY, C.SCHOOL),
            need_of(P.DELETION, R.POLICE, C.CASE_SUMMARY),
            need_of(P.INVESTIGATION, R.REGULATOR, C.CASE_SUMMARY),
        ):
            with pytest.raises(DomainError):
                await need_consent(unit, case, need)


async def test_the_sweeper_notes_the_end_of_a_consent_once(store: Store) -> None:
    case = await planned_case(store)
    async with store.unit(some_context(MAY)) as unit:
        made = await ask_consent(
            unit, AskConsent(case=case, purpose=P.DELETION, recipient=R.PLATFORMS, asked_of=ConsentBy.PERSON)
        )
        await give_consent(
            unit, GiveConsent(consent=made, content=frozenset({C.POST_ADDRESSES}), until=date(2020, 5, 10))
        )

    class Leading:
        async def acquire(self) -> bool:
            return True

        async def release(self) -> None:
            """Nothing is held."""

    sweeper = Sweeper("victim-support", SERVICE.sweeps, store, Leading())  # type: ignore[arg-type]
    seoul_10_may, seoul_11_may = MAY + timedelta(days=6), MAY + timedelta(days=7)

    assert await sweeper.sweep(seoul_10_may) == 0
    assert await sweeper.sweep(seoul_11_may) == 1
    assert await sweeper.sweep(seoul_11_may) == 0
    async with store.read(some_context()) as conn:
        assert await conn.fetchval("select state from consent") == "expired"


async def test_consents_over_the_api_carry_versions(kit: Kit, worker: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store)
    question = {"purpose": "deletion", "recipient": "platforms", "asked_of": "person"}
    scope = {"content": ["post_addresses"], "until": in_days(30)}

    made = await worker.post(f"/api/v1/cases/{case}/consents", json=question)
    consent = made.headers["Location"]
    given = await worker.post(f"{consent}/give", json=scope, headers={"If-Match": '"1"'})
    stale = await worker.post(f"{consent}/withdraw", headers={"If-Match": '"1"'})
    shown = await worker.get(consent)

    assert (made.status_code, given.status_code, stale.status_code) == (201, 200, 409)
    assert shown.headers["ETag"] == '"2"'
    assert shown.json()["state"] == "given"
    basis = {"basis": "consent", "reason": "life_in_danger", **scope}
    refused = await worker.post(
        f"/api/v1/cases/{case}/consents/override", json={"purpose": "protection", "recipient": "police", **basis}
    )
    assert refused.status_code == 422
    assert len((await worker.get(f"/api/v1/cases/{case}/consents")).json()["items"]) == 1


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_the_new_screens_speak_both_languages(
    kit: Kit, client_for: ClientFor, worker: httpx2.AsyncClient, lang: str
) -> None:
    case = await planned_case(kit.store)
    consent = await given_consent(kit, worker, case)
    client = await client_for(kit, Role.support_worker, lang)

    for path in ("consents/new", "consents/override", "guardian", "approve", "watch", "reopen"):
        page = await client.get(f"/cases/{case}/{path}")
        assert page.status_code == 200, path
        assert f'<html lang="{lang}">' in page.text
    assert ("받는 곳" in (await client.get(consent)).text) is (lang == "ko")
