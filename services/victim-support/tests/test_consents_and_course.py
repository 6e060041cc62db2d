"""Consents and the course of a case: what the rules say, and what screens and API make of them."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansim.access import Role, seed_demo_staff
from ansim.clock.sweeper import Sweeper
from ansim.contracts.codes import (
    AgeBand,
    CaseReopenReason,
    ConsentBy,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    HarmType,
    LegalBasis,
    OverrideReason,
    SupportItemType,
)
from ansim.errors import DomainError, Message
from ansim.journal import Store
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, KitFor, send_form
from ansim.testing.stores import some_context
from ansim.web.said import SEOUL
from victim_support.commands import (
    AskConsent,
    GiveConsent,
    ask_consent,
    give_consent,
    need_consent,
)
from victim_support.domain import case as cases
from victim_support.domain import consent as consents
from victim_support.domain.case import Case, CaseState
from victim_support.domain.consent import Consent, ConsentState, Need, allowed, lacking
from victim_support.service import SERVICE

from .conftest import MAY, planned_case
from .test_teams_and_recusal import signed_in

TODAY = date(2020, 5, 4)
P, R, C = ConsentPurpose, ConsentRecipient, ConsentContent
CASE_ID = uuid4()


def case_of(age: AgeBand = AgeBand.AGE_19_24, **known: object) -> Case:
    return Case(
        person=uuid4(),
        referral=None,
        age_band=age,
        harm_types=frozenset({HarmType.GROOMING}),
        **known,  # type: ignore[arg-type]
    )


def consent_of(**known: object) -> Consent:
    base: dict[str, object] = {
        "case": CASE_ID,
        "person": uuid4(),
        "purpose": P.INVESTIGATION,
        "recipient": R.POLICE,
        "state": ConsentState.GIVEN,
        "asked_of": ConsentBy.PERSON,
        "content": frozenset({C.CASE_SUMMARY, C.POST_ADDRESSES}),
        "withheld": frozenset({C.SCHOOL}),
        "until": TODAY + timedelta(days=30),
    }
    return Consent(**(base | known))  # type: ignore[arg-type]


def need_of(purpose: ConsentPurpose, recipient: ConsentRecipient, *content: ConsentContent) -> Need:
    return Need(purpose, recipient, frozenset(content), Message("Ask first."))


def refusal(call: object) -> str:
    with pytest.raises(DomainError) as refused:
        call()  # type: ignore[operator]
    return refused.value.rule


# the one question


@given(
    state=st.sampled_from(ConsentState),
    days=st.integers(-40, 40),
    purpose=st.sampled_from(ConsentPurpose),
    recipient=st.sampled_from(ConsentRecipient),
    content=st.none() | st.sampled_from(ConsentContent),
)
def test_only_a_consent_in_force_for_this_purpose_receiver_and_thing_allows_it(
    state: ConsentState,
    days: int,
    purpose: ConsentPurpose,
    recipient: ConsentRecipient,
    content: ConsentContent | None,
) -> None:
    known = consent_of(state=state)
    on = TODAY + timedelta(days=days)

    answer = allowed([known], purpose, recipient, on, content)

    in_force = state in (ConsentState.GIVEN, ConsentState.NARROWED, ConsentState.OVERRIDDEN)
    same = (purpose, recipient) == (known.purpose, known.recipient)
    assert answer is (in_force and same and days <= 30 and (content is None or content in known.content))


def test_without_any_consent_nothing_is_allowed() -> None:
    assert not allowed([], P.DELETION, R.PLATFORMS, TODAY)


def test_what_several_consents_allow_together_is_allowed_and_what_is_lacking_is_named() -> None:
    need = need_of(P.INVESTIGATION, R.POLICE, C.CASE_SUMMARY, C.IDENTITY)
    first, second = consent_of(), consent_of(content=frozenset({C.IDENTITY}))

    assert lacking([first], need, TODAY) == {C.IDENTITY}
    assert lacking([first, second], need, TODAY) == frozenset()


# asking, and the guardian


def test_a_child_is_never_asked_alone_and_nobody_before_the_guardian_s_part_is_known() -> None:
    def ask(case: Case, by: ConsentBy) -> list[object]:
        return list(consents.ask(case, CASE_ID, P.DELETION, R.PLATFORMS, by))

    unknown = case_of(AgeBand.UNDER_14)
    known = case_of(AgeBand.UNDER_14, guardian_suspect=False, guardian_basis=LegalBasis.GUARDIAN_CONSENT)

    assert refusal(lambda: ask(unknown, ConsentBy.GUARDIAN)) == "case.guardian_first"
    assert refusal(lambda: ask(known, ConsentBy.PERSON)) == "consent.guardian_needed"
    assert len(ask(known, ConsentBy.GUARDIAN)) == 1
    assert len(ask(case_of(AgeBand.AGE_14_16), ConsentBy.PERSON)) == 1


def test_a_guardian_who_is_a_suspect_is_not_asked_and_another_basis_must_be_chosen() -> None:
    """DOMAIN §6: consent is not sought blindly when the guardian is a suspect."""
    child = case_of(AgeBand.UNDER_14, guardian_suspect=True, guardian_basis=LegalBasis.VITAL_INTEREST)

    for basis in (LegalBasis.CONSENT, LegalBasis.GUARDIAN_CONSENT):
        assert (
            refusal(lambda basis=basis: cases.consider_guardian(case_of(AgeBand.UNDER_14), suspect=True, basis=basis))
            == "case.guardian_is_suspect"
        )
    assert (
        refusal(lambda: consents.ask(child, CASE_ID, P.DELETION, R.PLATFORMS, ConsentBy.GUARDIAN))
        == "consent.guardian_is_suspect"
    )
    assert len(
        consents.override(
            child,
            CASE_ID,
            P.PROTECTION,
            R.POLICE,
            frozenset({C.CASE_SUMMARY}),
            TODAY,
            LegalBasis.VITAL_INTEREST,
            OverrideReason.LIFE_IN_DANGER,
            today=TODAY,
        )
    )


def test_a_guardian_found_to_be_a_suspect_after_being_asked_gives_no_consent() -> None:
    asked = consent_of(state=ConsentState.ASKED, asked_of=ConsentBy.GUARDIAN, content=frozenset(), until=None)
    child = case_of(AgeBand.UNDER_14, guardian_suspect=True, guardian_basis=LegalBasis.STATUTORY_DUTY)

    answer = refusal(lambda: consents.give(asked, child, frozenset({C.CASE_SUMMARY}), frozenset(), TODAY, today=TODAY))

    assert answer == "consent.guardian_is_suspect"


def test_a_plan_for_a_child_waits_for_the_guardian_s_part() -> None:
    child = case_of(AgeBand.UNDER_14, immediate_danger=False, state=CaseState.SAFETY_CHECKED)

    assert refusal(lambda: cases.agree_plan(child, [SupportItemType.LEGAL])) == "case.guardian_first"


# scope


def test_a_consent_is_narrowed_or_withdrawn_but_never_widened() -> None:
    held = consent_of()
    more = held.content | {C.IDENTITY}
    later = TODAY + timedelta(days=31)
    assert held.until is not None
    until = held.until

    assert refusal(lambda: consents.narrow(held, more, frozenset(), until)) == "consent.wider"
    assert refusal(lambda: consents.narrow(held, held.content, frozenset(), later)) == "consent.wider"
    assert refusal(lambda: consents.narrow(held, held.content, held.withheld, until)) == "consent.same"
    [narrowed] = consents.narrow(held, frozenset({C.CASE_SUMMARY}), frozenset(), until)
    now = consents.evolve(held, narrowed)
    assert not allowed([now], P.INVESTIGATION, R.POLICE, TODAY, C.POST_ADDRESSES)
    [withdrawn] = consents.withdraw(now)
    gone = consents.evolve(now, withdrawn)
    assert not allowed([gone], P.INVESTIGATION, R.POLICE, TODAY)
    assert refusal(lambda: consents.withdraw(gone)) == "consent.not_in_force"


def test_a_consent_says_what_and_until_when() -> None:
    asked, adult = consent_of(state=ConsentState.ASKED, content=frozenset(), until=None), case_of()
    one = frozenset({C.CASE_SUMMARY})

    def give(content: frozenset[C], withheld: frozenset[C], until: date) -> object:
        return consents.give(asked, adult, content, withheld, until, today=TODAY)

    assert refusal(lambda: give(frozenset(), frozenset(), TODAY)) == "consent.nothing"
    assert refusal(lambda: give(one, one, TODAY)) == "consent.both"
    assert refusal(lambda: give(one, frozenset(), TODAY - timedelta(days=1))) == "consent.past"
    assert refusal(lambda: give(one, frozenset(), TODAY + timedelta(days=732))) == "consent.too_long"


def test_it_expires_with_its_day_and_only_once() -> None:
    held = consent_of(until=TODAY)

    assert consents.expire(held, today=TODAY) == []
    [expired] = consents.expire(held, today=TODAY + timedelta(days=1))
    assert consents.expire(consents.evolve(held, expired), today=TODAY + timedelta(days=2)) == []


# the course of a case


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


@pytest.fixture
async def kit(kit_for: KitFor) -> Kit:
    made = await kit_for(SERVICE)
    await seed_demo_staff(made.store.pool)
    return made


@pytest.fixture
async def worker(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    return await signed_in(kit, client_for, "support-worker")


def in_days(days: int) -> str:
    return str(some_context().at.astimezone(SEOUL).date() + timedelta(days=days))


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
