from uuid import uuid4

import pytest

from ansim.contracts import Event
from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    District,
    EnrolmentSource,
    Gender,
    RejectionReason,
    SchoolLevel,
)
from ansim.contracts.counseling import ReferralAccepted, ReferralReceived, ReferralRejected
from ansim.errors import DomainError
from counseling.domain.referral import Referral, ReferralStatus, accept, evolve, reject


def received() -> Referral:
    return evolve(
        None,
        ReferralReceived(
            person=uuid4(),
            referral=uuid4(),
            source=EnrolmentSource.POLICE,
            age_band=AgeBand.AGE_17_18,
            school_level=SchoolLevel.HIGH,
            gender=Gender.MALE,
            district=District.GURO,
        ),
    )


def after(state: Referral, events: list[Event]) -> Referral:
    for event in events:
        state = evolve(state, event)
    return state


def test_accepting_names_the_enrolment() -> None:
    referral, enrolment = received(), uuid4()
    (event,) = accept(referral, enrolment)
    assert event == ReferralAccepted(person=referral.person, referral=referral.id, enrolment=enrolment)
    assert after(referral, [event]).status is ReferralStatus.ACCEPTED


def test_rejecting_says_why_and_who_said_no() -> None:
    referral = received()
    (event,) = reject(referral, RejectionReason.NO_CAPACITY, AnsweredBy.PROVIDER)
    assert isinstance(event, ReferralRejected)
    assert (event.reason, event.answered_by) == (RejectionReason.NO_CAPACITY, AnsweredBy.PROVIDER)
    assert after(referral, [event]).status is ReferralStatus.REJECTED


@pytest.mark.parametrize(
    ("reason", "by"),
    [
        (RejectionReason.CLIENT_DECLINED, AnsweredBy.PROVIDER),
        (RejectionReason.NO_CAPACITY, AnsweredBy.CLIENT),
    ],
)
def test_a_reason_that_does_not_fit_who_answered_is_refused(reason: RejectionReason, by: AnsweredBy) -> None:
    with pytest.raises(DomainError) as refusal:
        reject(received(), reason, by)
    assert (refusal.value.rule, refusal.value.field) == ("rejection_reason_fits_who_answered", "answered_by")


def test_a_referral_is_answered_once() -> None:
    answered = after(received(), accept(received(), uuid4()))
    with pytest.raises(DomainError) as again:
        accept(answered, uuid4())
    assert again.value.rule == "referral_answered_once"
    with pytest.raises(DomainError):
        reject(answered, RejectionReason.NO_CAPACITY, AnsweredBy.PROVIDER)


def test_a_stream_that_begins_with_an_answer_is_not_folded() -> None:
    with pytest.raises(ValueError):
        evolve(None, ReferralAccepted(person=uuid4(), referral=uuid4(), enrolment=uuid4()))
