"""Sealed data goes to the service that a referral was sent to, once it has accepted and until it says that it has it."""

from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from ansim.access import ServiceCalls
from ansim.contracts import victim_support
from ansim.contracts.codes import HandOverPart, ReferralTarget, RevokeReason
from ansim.contracts.handover import ALREADY_CONFIRMED, NOT_ACCEPTED_YET, NOT_IN_FORCE, NOTHING_SHARED, handover_path
from ansim.errors import DomainError
from ansim.runtime import Kit
from ansim.testing.kits import KEK
from ansim.vault import kek_from
from intake.commands import RevokeReferral, revoke_referral
from intake.domain.referral import _check_shares

from .conftest import Desk, context

WRITTEN = {"narrative": "(가상) 표지어-느티나무", "contact": "(가상) 표지어-은행나무"}
BOTH = ["contact", "narrative"]


class Receiver:
    """Another service with the suite's key."""

    def __init__(self, kit: Kit, http: httpx2.AsyncClient, slug: str = "victim-support") -> None:
        self.calls = ServiceCalls(kek_from(KEK), slug, kit.store.pool)
        self.http = http

    async def fetch(self, referral: UUID, token: str | None = None) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token or self.calls.token('intake')}"}
        return await self.http.get(handover_path(referral), headers=headers)


@pytest.fixture
def receiver(kit: Kit, public: httpx2.AsyncClient) -> Receiver:
    return Receiver(kit, public)


async def shared(desk: Desk, shares: list[str], **fields: Any) -> UUID:
    """A referral to victim support of somebody who wrote something."""
    report = await desk.triaged_of(**WRITTEN)
    return await desk.referred_of(report, shares=shares, **fields)


async def accepted(desk: Desk, referral: UUID) -> None:
    person = uuid4()
    await desk.hear(victim_support.ReferralAccepted(person=person, referral=referral, case=uuid4()), referral)


async def confirmed(desk: Desk, referral: UUID) -> None:
    parts = frozenset(HandOverPart)
    event = victim_support.ReferralDataReceived(person=uuid4(), referral=referral, case=uuid4(), parts=parts)
    await desk.hear(event, referral, 2)


async def rule_of(answer: httpx2.Response) -> str:
    assert answer.headers["content-type"].startswith("application/problem+json")
    return str(answer.json()["type"]).removeprefix("/problems/rule/")


async def test_what_was_written_goes_over_once_it_is_accepted(desk: Desk, receiver: Receiver) -> None:
    referral = await shared(desk, BOTH)
    await accepted(desk, referral)

    answer = await receiver.fetch(referral)

    assert answer.status_code == 200
    assert answer.json() == {"parts": answer.json()["parts"], "erased": False, **WRITTEN}
    assert sorted(answer.json()["parts"]) == BOTH
    assert answer.headers["cache-control"] == "no-store"


async def test_the_access_record_names_the_service_and_the_person_whose_data_it_is(
    desk: Desk, receiver: Receiver
) -> None:
    referral = await shared(desk, BOTH)
    await accepted(desk, referral)
    await receiver.fetch(referral)

    (person,) = await desk.rows(
        "select person from report join referral on report.id = report where referral.id = $1", referral
    )
    rows = await desk.rows(
        "select action, person, what, place from access_record where actor = 'service:victim-support' order by id"
    )
    assert [(row["action"], row["person"]) for row in rows] == [
        ("read", person["person"]),
        ("handed_over", person["person"]),
    ]
    assert rows[-1]["what"] == "report.contact, report.narrative"
    assert rows[-1]["place"] == "/api/v1/handovers/{dataref}"


async def test_only_what_the_consent_covers_goes_over(desk: Desk, receiver: Receiver) -> None:
    referral = await shared(desk, ["contact"])
    await accepted(desk, referral)

    answer = (await receiver.fetch(referral)).json()

    assert answer == {"parts": ["contact"], "erased": False, "contact": WRITTEN["contact"], "narrative": ""}


async def test_a_part_that_nobody_wrote_is_not_among_the_parts(desk: Desk, receiver: Receiver) -> None:
    report = await desk.triaged_of(narrative=WRITTEN["narrative"], contact="")
    referral = await desk.referred_of(report, shares=BOTH)
    await accepted(desk, referral)

    assert (await receiver.fetch(referral)).json()["parts"] == ["narrative"]


async def test_a_fetch_is_answered_again_until_the_receiver_says_that_it_has_the_data(
    desk: Desk, receiver: Receiver
) -> None:
    """At least once on the wire, once in effect: the receiver may have died between the answer and its own commit."""
    referral = await shared(desk, BOTH)
    await accepted(desk, referral)

    first, second = await receiver.fetch(referral), await receiver.fetch(referral)
    assert first.json() == second.json()
    facts = await desk.rows(
        "select type from journal where aggregateid = $1 and type like '%data_handed_over%'", referral
    )
    assert len(facts) == 1

    await confirmed(desk, referral)
    refused = await receiver.fetch(referral)
    assert refused.status_code == 422
    assert await rule_of(refused) == ALREADY_CONFIRMED
    assert "표지어" not in refused.text


async def test_before_the_acceptance_and_after_a_revocation_nothing_goes_over(
    kit: Kit, desk: Desk, receiver: Receiver
) -> None:
    referral = await shared(desk, BOTH)
    assert await rule_of(await receiver.fetch(referral)) == NOT_ACCEPTED_YET

    async with kit.store.unit(context()) as unit:
        await revoke_referral(unit, RevokeReferral(referral=referral, reason=RevokeReason.CONSENT_WITHDRAWN))
    assert await rule_of(await receiver.fetch(referral)) == NOT_IN_FORCE
    assert await desk.rows("select 1 from access_record where action = 'handed_over'") == []


async def test_a_refused_referral_hands_nothing_over(desk: Desk, receiver: Receiver) -> None:
    referral = await shared(desk, BOTH)
    refusal = {"person": uuid4(), "referral": referral, "reason": "no_capacity", "answered_by": "provider"}
    await desk.hear(victim_support.ReferralRejected.model_validate(refusal), referral)

    assert await rule_of(await receiver.fetch(referral)) == NOT_IN_FORCE


async def test_without_anything_shared_there_is_nothing_to_fetch(desk: Desk, receiver: Receiver) -> None:
    referral = await shared(desk, [])
    await accepted(desk, referral)

    assert await rule_of(await receiver.fetch(referral)) == NOTHING_SHARED


async def test_no_other_service_learns_even_that_it_exists(kit: Kit, public: httpx2.AsyncClient, desk: Desk) -> None:
    referral = await shared(desk, BOTH)
    await accepted(desk, referral)
    counseling = Receiver(kit, public, "counseling")

    theirs, unknown = await counseling.fetch(referral), await counseling.fetch(uuid4())

    assert theirs.status_code == unknown.status_code == 404
    assert theirs.json() == unknown.json()


async def test_a_person_with_a_session_or_a_used_token_fetches_nothing(
    desk: Desk, officer: httpx2.AsyncClient, receiver: Receiver
) -> None:
    referral = await shared(desk, BOTH)
    await accepted(desk, referral)
    token = receiver.calls.token("intake")

    assert (await receiver.fetch(referral, token)).status_code == 200
    assert (await receiver.fetch(referral, token)).status_code == 401
    assert (await officer.get(handover_path(referral))).status_code == 401


async def test_a_destroyed_key_is_told_as_erased_and_not_as_nothing_written(
    kit: Kit, desk: Desk, receiver: Receiver
) -> None:
    referral = await shared(desk, BOTH)
    await accepted(desk, referral)
    (row,) = await desk.rows(
        "select person from report join referral on report.id = report where referral.id = $1", referral
    )
    await kit.vault.destroy(row["person"])

    assert (await receiver.fetch(referral)).json() == {"parts": [], "erased": True, "narrative": "", "contact": ""}


async def test_staff_see_what_may_be_fetched_and_whether_it_arrived(
    desk: Desk, officer: httpx2.AsyncClient, receiver: Receiver
) -> None:
    referral = await shared(desk, BOTH)
    assert "아직 가져가지 않음" in (await officer.get(f"/hand-offs/{referral}")).text
    await accepted(desk, referral)
    await receiver.fetch(referral)
    page = (await officer.get(f"/hand-offs/{referral}")).text
    assert "도착은 확인되지 않음" in page
    assert "표지어" not in page
    await confirmed(desk, referral)
    assert "받는 곳의 말: 내용이 도착함" in (await officer.get(f"/hand-offs/{referral}")).text


@pytest.mark.parametrize("target", [t for t in ReferralTarget if t is not ReferralTarget.VICTIM_SUPPORT])
def test_nobody_but_victim_support_can_be_let_fetch(target: ReferralTarget) -> None:
    """What a victim wrote stays apart from the other young person's records (DOMAIN §6)."""
    with pytest.raises(DomainError) as refused:
        _check_shares(target, frozenset(HandOverPart))
    assert refused.value.field == "shares"


async def test_the_event_that_travels_holds_no_text(kit: Kit, desk: Desk, receiver: Receiver) -> None:
    referral = await shared(desk, BOTH)
    await accepted(desk, referral)
    await receiver.fetch(referral)

    rows = await desk.rows("select payload::text as payload, sealed from journal where aggregateid = $1", referral)
    assert all("표지어" not in row["payload"] and row["sealed"] is None for row in rows)
    assert any(str(referral) in row["payload"] for row in rows), "the request names where to fetch"
