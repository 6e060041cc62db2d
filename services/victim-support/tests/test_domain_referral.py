"""A referral is received once and answered once."""

from uuid import UUID

import pytest

from ansim.contracts.codes import AgeBand, AnsweredBy, District, Gender, HarmType, RejectionReason, Severity
from ansim.contracts.victim_support import ReferralAccepted, ReferralReceived, ReferralRejected
from ansim.errors import DomainError
from victim_support.domain import referral as rules

REFERRAL, PERSON, CASE = (UUID(int=n) for n in (1, 2, 3))


def received() -> rules.Referral:
    return rules.evolve(
        None,
        ReferralReceived(
            person=PERSON,
            referral=REFERRAL,
            severity=Severity.HIGH,
            harm_types=frozenset({HarmType.GROOMING}),
            age_band=AgeBand.AGE_14_16,
            gender=Gender.FEMALE,
            district=District.MAPO,
        ),
    )


def test_accepting_names_the_case_that_was_opened() -> None:
    events = rules.accept(received(), CASE)

    assert events == [ReferralAccepted(person=PERSON, referral=REFERRAL, case=CASE)]
    assert rules.evolve(received(), events[0]).case == CASE


def test_rejecting_keeps_the_reason_and_who_said_no() -> None:
    [event] = rules.reject(received(), RejectionReason.CLIENT_DECLINED, AnsweredBy.CLIENT)

    assert event == ReferralRejected(
        person=PERSON, referral=REFERRAL, reason=RejectionReason.CLIENT_DECLINED, answered_by=AnsweredBy.CLIENT
    )


@pytest.mark.parametrize("reason", sorted(rules.ONLY_THE_PROVIDER))
def test_a_reason_of_the_service_is_never_put_into_the_persons_mouth(reason: RejectionReason) -> None:
    with pytest.raises(DomainError) as refused:
        rules.reject(received(), reason, AnsweredBy.CLIENT)

    assert refused.value.rule == "referral.reason_is_the_providers"
    assert refused.value.field == "answered_by"


def test_only_the_person_can_decline() -> None:
    with pytest.raises(DomainError) as refused:
        rules.reject(received(), RejectionReason.CLIENT_DECLINED, AnsweredBy.PROVIDER)

    assert refused.value.rule == "referral.reason_is_the_clients"


def test_either_side_may_say_that_support_is_there_already() -> None:
    for side in AnsweredBy:
        assert rules.reject(received(), RejectionReason.ALREADY_SUPPORTED, side)


def test_an_answered_referral_is_not_answered_again() -> None:
    accepted = rules.evolve(received(), rules.accept(received(), CASE)[0])
    rejected = rules.evolve(received(), rules.reject(received(), RejectionReason.NO_CAPACITY, AnsweredBy.PROVIDER)[0])

    for answered in (accepted, rejected):
        with pytest.raises(DomainError) as refused:
            rules.accept(answered, CASE)
        assert refused.value.rule == "referral.already_answered"
        with pytest.raises(DomainError):
            rules.reject(answered, RejectionReason.NO_CAPACITY, AnsweredBy.PROVIDER)


def test_an_answer_without_an_arrival_cannot_be_folded() -> None:
    with pytest.raises(TypeError):
        rules.evolve(None, ReferralAccepted(person=PERSON, referral=REFERRAL, case=CASE))
