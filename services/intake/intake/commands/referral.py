"""What people do with hand-offs: send, take back, send again, note what an outside body said."""

from uuid import UUID

from ansim.contracts.codes import OutsideAnswer, ReferralTarget
from ansim.journal import Stream, Unit

from ..domain import referral as referrals
from ..domain import report as reports
from ..domain.referral import CAME_BACK, Consent, Referral
from .loading import (
    hold_report,
    load_referral,
    load_report,
    taken_on,
    tell_missed_of_referral,
    tell_missed_of_report,
)
from .models import NoteAnswer, ReferReport, RevokeReferral, SendAgain


async def refer_report(unit: Unit, command: ReferReport) -> UUID:
    """Send a hand-off. Two people who send the same report to the same receiver at once: the second is refused."""
    await hold_report(unit, command.report)
    referral_id = command.id or unit.ids()
    _, report = await load_report(unit, command.report, command.seen)
    events = referrals.request(
        report,
        command.report,
        target=command.target,
        open_targets=await _receivers_that_have_it(unit, command.report),
        consent=Consent(command.consent, command.legal_basis, command.override_reason),
        gender=command.gender,
        school_level=command.school_level,
        source=command.source,
        shares=command.shares,
        dataref=referral_id,
    )
    stream: Stream[Referral] = await unit.stream("referral", referral_id, referrals.evolve)
    stream.expect(0)
    await stream.append(*events)
    await tell_missed_of_report(unit, command.report)
    return referral_id


async def revoke_referral(unit: Unit, command: RevokeReferral) -> None:
    """Take it back. A receiver who decides at the same moment keeps what it has; its answer is heard all the same."""
    stream, referral = await load_referral(unit, command.referral, command.seen)
    await stream.append(*referrals.revoke(referral, command.reason))
    await told_missed(unit, command.referral, referral)


async def send_again(unit: Unit, command: SendAgain) -> None:
    stream, referral = await load_referral(unit, command.referral, command.seen)
    await stream.append(*referrals.send_again(referral))
    await told_missed(unit, command.referral, referral)


async def note_answer(unit: Unit, command: NoteAnswer) -> None:
    stream, referral = await load_referral(unit, command.referral, command.seen)
    await stream.append(*referrals.note_answer(referral, answer=command.answer, heard_by=command.heard_by))
    if command.answer is OutsideAnswer.REJECTED:
        await come_back(unit, referral.report)
    await told_missed(unit, command.referral, referral)


async def come_back(unit: Unit, report_id: UUID) -> None:
    """Open a report again that was closed as handed on, when its receiver will not do it after all."""
    stream, report = await load_report(unit, report_id)
    await stream.append(*reports.come_back(report, taken_on=await taken_on(unit, report_id)))


async def lapse_referral(unit: Unit, referral_id: UUID) -> None:
    """What time does to a hand-off that nobody answered. Does nothing when somebody has, meanwhile."""
    stream, referral = await load_referral(unit, referral_id)
    await stream.append(*referrals.lapse(referral))


async def told_missed(unit: Unit, referral_id: UUID, referral: Referral) -> None:
    await tell_missed_of_referral(unit, referral_id)
    await tell_missed_of_report(unit, referral.report)


async def _receivers_that_have_it(unit: Unit, report_id: UUID) -> frozenset[ReferralTarget]:
    rows = await unit.conn.fetch(
        "select target from referral where report = $1 and not state = any($2)",
        report_id,
        [state.value for state in CAME_BACK],
    )
    return frozenset(ReferralTarget(row["target"]) for row in rows)
