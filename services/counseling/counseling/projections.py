"""Events of counseling → read tables, in the transaction that appends them. The only writer of these tables.

The projector hands a function only events of the types it was registered for, hence the casts.
"""

from typing import cast

from ansim.contracts.codes import ConsentGiver
from ansim.contracts.counseling import (
    EnrolmentAccepted,
    EnrolmentActRecorded,
    EnrolmentCompleted,
    EnrolmentConsented,
    EnrolmentDeclined,
    EnrolmentDiscontinued,
    EnrolmentMotivesAssessed,
    EnrolmentReferred,
    ReferralAccepted,
    ReferralCompleted,
    ReferralDeclinedAfterAcceptance,
    ReferralFailed,
    ReferralInProgress,
    ReferralReceived,
    ReferralRejected,
    ReferralTakenBack,
    SessionCancelled,
    SessionHeld,
    SessionNoShow,
    SessionRescheduled,
    SessionScheduled,
)
from ansim.journal import Projector, Recorded, Unit

PROJECTOR = Projector()


@PROJECTOR.on(ReferralReceived)
async def referral_received(unit: Unit, recorded: Recorded) -> None:
    event = cast("ReferralReceived", recorded.event)
    await unit.conn.execute(
        """insert into referral (referral, person, version, status, source, age_band, school_level, gender, district,
                                 received_at)
           values ($1, $2, $3, 'received', $4, $5, $6, $7, $8, $9)""",
        recorded.aggregateid,
        event.person,
        recorded.version,
        event.source,
        event.age_band,
        event.school_level,
        event.gender,
        event.district,
        recorded.occurred_at,
    )


@PROJECTOR.on(ReferralAccepted, ReferralRejected)
async def referral_answered(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    rejected = event if isinstance(event, ReferralRejected) else None
    await unit.conn.execute(
        """update referral set version = $2, status = $3, answered_at = $4, enrolment = $5, reason = $6,
                               answered_by = $7 where referral = $1""",
        recorded.aggregateid,
        recorded.version,
        "rejected" if rejected else "accepted",
        recorded.occurred_at,
        event.enrolment if isinstance(event, ReferralAccepted) else None,
        rejected and rejected.reason,
        rejected and rejected.answered_by,
    )


@PROJECTOR.on(ReferralTakenBack, ReferralInProgress, ReferralCompleted, ReferralFailed, ReferralDeclinedAfterAcceptance)
async def referral_moved_on(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    declined = event if isinstance(event, ReferralDeclinedAfterAcceptance) else None
    await unit.conn.execute(
        """update referral set version = $2, status = $3, reason = coalesce($4, reason),
                               answered_by = coalesce($5, answered_by) where referral = $1""",
        recorded.aggregateid,
        recorded.version,
        event.name,
        declined and declined.reason,
        declined and declined.answered_by,
    )


@PROJECTOR.on(EnrolmentReferred)
async def enrolment_referred(unit: Unit, recorded: Recorded) -> None:
    event = cast("EnrolmentReferred", recorded.event)
    await unit.conn.execute(
        """insert into enrolment (enrolment, person, version, referral, status, source, age_band, school_level, gender,
                                  district, sealed_event, referred_at)
           values ($1, $2, $3, $4, 'referred', $5, $6, $7, $8, $9, $10, $11)""",
        recorded.aggregateid,
        event.person,
        recorded.version,
        event.referral,
        event.source,
        event.age_band,
        event.school_level,
        event.gender,
        event.district,
        recorded.event_id if recorded.sealed is not None else None,
        recorded.occurred_at,
    )


@PROJECTOR.on(EnrolmentConsented)
async def enrolment_consented(unit: Unit, recorded: Recorded) -> None:
    event = cast("EnrolmentConsented", recorded.event)
    column = {ConsentGiver.YOUTH: "youth_consented_at", ConsentGiver.GUARDIAN: "guardian_consented_at"}[event.by]
    await unit.conn.execute(
        f"update enrolment set version = $2, {column} = $3 where enrolment = $1",  # noqa: S608 - one of two constants
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
    )


@PROJECTOR.on(EnrolmentAccepted)
async def enrolment_accepted(unit: Unit, recorded: Recorded) -> None:
    event = cast("EnrolmentAccepted", recorded.event)
    await unit.conn.execute(
        """update enrolment set version = $2, status = 'accepted', age_band = $3, school_level = $4, accepted_at = $5
           where enrolment = $1""",
        recorded.aggregateid,
        recorded.version,
        event.age_band,
        event.school_level,
        recorded.occurred_at,
    )


@PROJECTOR.on(EnrolmentDeclined, EnrolmentCompleted, EnrolmentDiscontinued)
async def enrolment_ended(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    await unit.conn.execute(
        "update enrolment set version = $2, status = $3, ended_at = $4, end_reason = $5 where enrolment = $1",
        recorded.aggregateid,
        recorded.version,
        type(event).name,
        recorded.occurred_at,
        event.reason if isinstance(event, EnrolmentDeclined | EnrolmentDiscontinued) else None,
    )


@PROJECTOR.on(EnrolmentActRecorded)
async def act_recorded(unit: Unit, recorded: Recorded) -> None:
    event = cast("EnrolmentActRecorded", recorded.event)
    await unit.conn.execute(
        "insert into act (act, enrolment, act_type, channel, recorded_at) values ($1, $2, $3, $4, $5)",
        event.act,
        recorded.aggregateid,
        event.act_type,
        event.channel,
        recorded.occurred_at,
    )
    await _enrolment_version(unit, recorded)


@PROJECTOR.on(EnrolmentMotivesAssessed)
async def motives_assessed(unit: Unit, recorded: Recorded) -> None:
    event = cast("EnrolmentMotivesAssessed", recorded.event)
    await unit.conn.execute(
        """insert into assessment (assessment, enrolment, version, motives, code_list_version, assessed_at)
           values ($1, $2, $3, $4, $5, $6)""",
        event.assessment,
        recorded.aggregateid,
        recorded.version,
        sorted(event.motives),
        event.code_list_version,
        recorded.occurred_at,
    )
    await _enrolment_version(unit, recorded)


async def _enrolment_version(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update enrolment set version = $2 where enrolment = $1", recorded.aggregateid, recorded.version
    )


@PROJECTOR.on(SessionScheduled)
async def session_scheduled(unit: Unit, recorded: Recorded) -> None:
    event = cast("SessionScheduled", recorded.event)
    await unit.conn.execute(
        """insert into session (session, enrolment, version, status, starts_at)
           values ($1, $2, $3, 'scheduled', $4)""",
        recorded.aggregateid,
        event.enrolment,
        recorded.version,
        event.starts_at,
    )


@PROJECTOR.on(SessionRescheduled)
async def session_rescheduled(unit: Unit, recorded: Recorded) -> None:
    event = cast("SessionRescheduled", recorded.event)
    await unit.conn.execute(
        "update session set version = $2, starts_at = $3, moved = moved + 1 where session = $1",
        recorded.aggregateid,
        recorded.version,
        event.starts_at,
    )


@PROJECTOR.on(SessionHeld, SessionNoShow, SessionCancelled)
async def session_closed(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    await unit.conn.execute(
        """update session set version = $2, status = $3, minutes = $4, cancelled_by = $5, closed_at = $6
           where session = $1""",
        recorded.aggregateid,
        recorded.version,
        type(event).name,
        event.minutes if isinstance(event, SessionHeld) else None,
        event.by if isinstance(event, SessionCancelled) else None,
        recorded.occurred_at,
    )
