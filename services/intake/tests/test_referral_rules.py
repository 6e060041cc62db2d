"""When a report may be handed on, and what the receiver's words do to the hand-off."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    ConsentState,
    EnrolmentSource,
    Gender,
    LegalBasis,
    OverrideReason,
    ReferralAnswer,
    ReferralTarget,
    RejectionReason,
    SchoolLevel,
    YesNoUnknown,
)
from ansim.contracts.intake import ReferralEvent, ReferralRequested
from ansim.errors import DomainError
from intake.domain import referral as rules
from intake.domain.referral import CONSENT_BASES, Consent, Referral, ReferralState, evolve

from .test_report_rules import acknowledged, triaged

REPORT, HEARD = UUID(int=1), UUID(int=2)
GIVEN = Consent(ConsentState.GIVEN, LegalBasis.CONSENT)
T = ReferralTarget


def request(
    target: ReferralTarget = T.VICTIM_SUPPORT,
    consent: Consent = GIVEN,
    *,
    age_band: AgeBand = AgeBand.AGE_19_24,
    source: EnrolmentSource | None = None,
    open_targets: frozenset[ReferralTarget] = frozenset(),
) -> list[ReferralEvent]:
    minor = YesNoUnknown.NO if age_band is AgeBand.AGE_19_24 else YesNoUnknown.YES
    return rules.request(
        triaged(age_band, minor),
        REPORT,
        target=target,
        open_targets=open_targets,
        consent=consent,
        gender=Gender.FEMALE,
        school_level=SchoolLevel.UNKNOWN,
        source=source,
    )


def sent(target: ReferralTarget = T.VICTIM_SUPPORT) -> Referral:
    return evolve(None, request(target)[0])


def answered(referral: Referral, *answers: ReferralAnswer) -> Referral:
    for answer in answers:
        for event in rules.answer(referral, answer=answer, heard=HEARD):
            referral = evolve(referral, event)
    return referral


def test_the_codes_of_the_triage_travel_with_the_hand_off() -> None:
    event = request()[0]
    assert isinstance(event, ReferralRequested)
    assert (event.report, event.severity, event.age_band) == (REPORT, triaged().severity, AgeBand.AGE_19_24)


def test_only_a_triaged_report_is_handed_on() -> None:
    with pytest.raises(DomainError) as caught:
        rules.request(
            acknowledged(),
            REPORT,
            target=T.POLICE,
            open_targets=frozenset(),
            consent=GIVEN,
            gender=Gender.UNKNOWN,
            school_level=SchoolLevel.UNKNOWN,
            source=None,
        )
    assert caught.value.rule == "not_triaged"


def test_a_receiver_that_has_the_report_is_not_sent_it_again() -> None:
    with pytest.raises(DomainError) as caught:
        request(open_targets=frozenset({T.VICTIM_SUPPORT}))
    assert (caught.value.rule, caught.value.field) == ("already_handed_on", "target")


def test_counselling_must_know_where_the_matter_comes_from() -> None:
    with pytest.raises(DomainError) as caught:
        request(T.COUNSELING)
    assert caught.value.field == "source"
    assert request(T.COUNSELING, source=EnrolmentSource.COURT)


def test_only_counselling_is_told_where_the_matter_comes_from() -> None:
    with pytest.raises(DomainError) as caught:
        request(T.POLICE, source=EnrolmentSource.COURT)
    assert caught.value.field == "source"


def test_under_fourteen_the_guardian_consents() -> None:
    with pytest.raises(DomainError) as caught:
        request(age_band=AgeBand.UNDER_14)
    assert (caught.value.rule, caught.value.field) == ("guardian_consent_needed", "legal_basis")


def test_when_the_guardian_may_be_a_suspect_another_basis_serves() -> None:
    duty = Consent(ConsentState.OVERRIDDEN, LegalBasis.STATUTORY_DUTY, OverrideReason.LEGAL_DUTY_TO_REPORT)
    assert request(T.POLICE, duty, age_band=AgeBand.UNDER_14)


@given(st.sampled_from(ConsentState), st.sampled_from(LegalBasis), st.sampled_from([None, *OverrideReason]))
def test_consent_basis_and_reason_fit_together_or_are_refused(
    state: ConsentState, basis: LegalBasis, reason: OverrideReason | None
) -> None:
    given_consent = state is ConsentState.GIVEN and basis in CONSENT_BASES and reason is None
    overridden = state is ConsentState.OVERRIDDEN and basis not in CONSENT_BASES and reason is not None
    if given_consent or overridden:
        assert request(consent=Consent(state, basis, reason))
        return
    with pytest.raises(DomainError) as caught:
        request(consent=Consent(state, basis, reason))
    assert caught.value.field in ("legal_basis", "override_reason")


def test_a_word_heard_twice_is_noted_once() -> None:
    received = answered(sent(), ReferralAnswer.RECEIVED)
    assert rules.answer(received, answer=ReferralAnswer.RECEIVED, heard=HEARD) == []


def test_an_arrival_told_after_the_decision_adds_nothing() -> None:
    accepted = answered(sent(), ReferralAnswer.ACCEPTED)
    assert rules.answer(accepted, answer=ReferralAnswer.RECEIVED, heard=HEARD) == []


def test_a_refusal_keeps_its_reason_and_who_refused() -> None:
    event = rules.answer(
        sent(),
        answer=ReferralAnswer.REJECTED,
        heard=HEARD,
        reason=RejectionReason.NO_CAPACITY,
        answered_by=AnsweredBy.PROVIDER,
    )[0]
    assert event.model_dump(include={"reason", "answered_by", "heard"}) == {
        "reason": RejectionReason.NO_CAPACITY,
        "answered_by": AnsweredBy.PROVIDER,
        "heard": HEARD,
    }


@given(st.lists(st.sampled_from(ReferralAnswer), max_size=8))
def test_a_decision_once_told_is_never_changed(answers: list[ReferralAnswer]) -> None:
    referral, decided = sent(), None
    for answer in answers:
        try:
            referral = answered(referral, answer)
        except DomainError as error:
            assert error.rule == "answer_is_final"  # noqa: PT017 - only some sequences raise
        if decided is not None:
            assert referral.state is decided
        elif referral.state in (ReferralState.ACCEPTED, ReferralState.REJECTED):
            decided = referral.state
