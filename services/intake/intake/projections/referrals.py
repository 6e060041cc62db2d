"""A hand-off's events → its row."""

from typing import Final

from ansim.contracts.codes import OutsideAnswer, ReferralAnswer, ReferralProgress
from ansim.contracts.intake import (
    ReferralAnswered,
    ReferralAnswerNoted,
    ReferralDataConfirmed,
    ReferralDataHandedOver,
    ReferralDeadlineMissed,
    ReferralEscalated,
    ReferralLapsed,
    ReferralProgressNoted,
    ReferralRequested,
    ReferralRevoked,
    ReferralSentAgain,
)
from ansim.journal import Projector, Recorded, Unit

PROJECTOR: Final = Projector()


@PROJECTOR.on(ReferralRequested)
async def add_referral(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralRequested)
    await unit.conn.execute(
        """
        insert into referral (id, report, version, target, state, consent, legal_basis, override_reason, source, gender,
                              school_level, sent_at, last_sent_at, shares)
        values ($1, $2, $3, $4, 'sent', $5, $6, $7, $8, $9, $10, $11, $11, $12)
        """,
        recorded.aggregateid,
        event.report,
        recorded.version,
        event.target,
        event.consent,
        event.legal_basis,
        event.override_reason,
        event.source,
        event.gender,
        event.school_level,
        recorded.occurred_at,
        sorted(event.shares or ()),
    )


@PROJECTOR.on(ReferralAnswered)
async def mark_answered(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralAnswered)
    received = event.answer is ReferralAnswer.RECEIVED
    await unit.conn.execute(
        """
        update referral
           set version = $2, state = $3, reason = $4, answered_by = $5,
               received_at = coalesce(received_at, $6), answered_at = case when $7 then answered_at else $6 end
         where id = $1
        """,
        recorded.aggregateid,
        recorded.version,
        event.answer,
        event.reason,
        event.answered_by,
        recorded.occurred_at,
        received,
    )


@PROJECTOR.on(ReferralAnswerNoted)
async def mark_answer_noted(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralAnswerNoted)
    await unit.conn.execute(
        """
        update referral
           set version = $2, state = $3, heard_by = $4, received_at = coalesce(received_at, $5),
               answered_at = case when $6 then answered_at else $5 end
         where id = $1
        """,
        *(recorded.aggregateid, recorded.version, event.answer, event.heard_by, recorded.occurred_at),
        event.answer is OutsideAnswer.RECEIVED,
    )


@PROJECTOR.on(ReferralProgressNoted)
async def mark_progress(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralProgressNoted)
    await unit.conn.execute(
        """
        update referral
           set version = $2, state = $3, progressed_at = $4, hold_for = $5, case_outcome = $6,
               reason = coalesce($7, reason), answered_by = coalesce($8, answered_by),
               answered_at = case when $9 then $4 else answered_at end
         where id = $1
        """,
        *(recorded.aggregateid, recorded.version, event.progress, recorded.occurred_at, event.waiting_for),
        *(event.outcome, event.reason, event.answered_by),
        event.progress is ReferralProgress.DECLINED_AFTER_ACCEPTANCE,
    )


@PROJECTOR.on(ReferralRevoked)
async def mark_revoked(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralRevoked)
    await unit.conn.execute(
        "update referral set version = $2, state = 'revoked', revoke_reason = $3, answered_at = $4 where id = $1",
        *(recorded.aggregateid, recorded.version, event.reason, recorded.occurred_at),
    )


@PROJECTOR.on(ReferralSentAgain)
async def mark_sent_again(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update referral set version = $2, sent_again = sent_again + 1, last_sent_at = $3 where id = $1",
        *(recorded.aggregateid, recorded.version, recorded.occurred_at),
    )


@PROJECTOR.on(ReferralLapsed)
async def mark_lapsed(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update referral set version = $2, state = 'lapsed', answered_at = $3 where id = $1",
        *(recorded.aggregateid, recorded.version, recorded.occurred_at),
    )


@PROJECTOR.on(ReferralEscalated)
async def mark_escalated(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update referral set version = $2, escalated_at = $3 where id = $1",
        *(recorded.aggregateid, recorded.version, recorded.occurred_at),
    )


@PROJECTOR.on(ReferralDeadlineMissed)
async def note_missed(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralDeadlineMissed)
    await unit.conn.execute(
        "update referral set version = $2, missed = missed + 1, missed_rule = $3, missed_event = $4 where id = $1",
        *(recorded.aggregateid, recorded.version, event.rule, event.started_by),
    )


@PROJECTOR.on(ReferralDataHandedOver)
async def mark_data_given(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralDataHandedOver)
    await unit.conn.execute(
        "update referral set version = $2, data_given_at = $3, data_erased = $4 where id = $1",
        *(recorded.aggregateid, recorded.version, recorded.occurred_at, event.erased),
    )


@PROJECTOR.on(ReferralDataConfirmed)
async def mark_data_confirmed(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update referral set version = $2, data_confirmed_at = $3 where id = $1",
        *(recorded.aggregateid, recorded.version, recorded.occurred_at),
    )
