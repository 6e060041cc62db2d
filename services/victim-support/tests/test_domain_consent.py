"""What a consent allows, to whom and until when; who is asked, and when nobody may be."""

from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from ansim.contracts.codes import (
    AgeBand,
    ConsentBy,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    LegalBasis,
    OverrideReason,
)
from victim_support.domain import case as cases
from victim_support.domain import consent as consents
from victim_support.domain.case import Case
from victim_support.domain.consent import Consent, ConsentState, allowed, lacking

from .conftest import case_of, need_of, refusal

TODAY = date(2020, 5, 4)
P, R, C = ConsentPurpose, ConsentRecipient, ConsentContent
CASE_ID = uuid4()


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
