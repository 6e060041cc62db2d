"""The streams that commands work on, and what follows every change of them."""

from uuid import UUID

from ansim.clock import missed
from ansim.clock.stories import moments_of
from ansim.journal import Stream, Unit

from ..domain import referral as referrals
from ..domain import report as reports
from ..domain.deadlines import hand_off_clock, own_clock
from ..domain.referral import TAKEN_ON, Referral
from ..domain.report import Report
from ..rulebook import RULES
from ..story import moments_of_report


async def load_report(unit: Unit, report_id: UUID, seen: int | None = None) -> tuple[Stream[Report], Report]:
    """A report as it is now. Raises NotFound, and VersionConflict when it is not at version `seen`."""
    return await unit.existing("report", report_id, reports.evolve, seen)


async def load_referral(unit: Unit, referral_id: UUID, seen: int | None = None) -> tuple[Stream[Referral], Referral]:
    """A hand-off as it is now. Raises NotFound, and VersionConflict when it is not at version `seen`."""
    return await unit.existing("referral", referral_id, referrals.evolve, seen)


async def hold_report(unit: Unit, report_id: UUID) -> None:
    """Let two who decide on one report at once wait for each other."""
    await unit.conn.execute("select 1 from report where id = $1 for update", report_id)


async def taken_on(unit: Unit, report_id: UUID) -> bool:
    """Whether some receiver has one of its hand-offs, at work or ended."""
    has_it: bool = await unit.conn.fetchval(
        "select exists (select 1 from referral where report = $1 and state = any($2))",
        report_id,
        [state.value for state in TAKEN_ON],
    )
    return has_it


async def tell_missed_of_report(unit: Unit, report_id: UUID) -> None:
    """Tell of each deadline of the report that ran out and was not told yet: after whatever ended the clock, and by time
    alone. Told once, however often this is called."""
    rules = await RULES.read(unit.conn)
    moments = await moments_of_report(unit, report_id)
    ran_out = missed(moments, lambda story: own_clock(story, rules), unit.context.at)
    if ran_out:
        stream, report = await load_report(unit, report_id)
        await stream.append(*reports.note_missed(report, ran_out))


async def tell_missed_of_referral(unit: Unit, referral_id: UUID) -> None:
    """The same for a hand-off's own clock."""
    rules = await RULES.read(unit.conn)
    moments = await moments_of(unit, "referral", referral_id)
    ran_out = missed(moments, lambda story: hand_off_clock(story, rules), unit.context.at)
    if ran_out:
        stream, referral = await load_referral(unit, referral_id)
        await stream.append(*referrals.note_missed(referral, ran_out))
