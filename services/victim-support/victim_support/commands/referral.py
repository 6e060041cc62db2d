"""Referrals: noting that one arrived, and our two answers."""

from uuid import UUID

from ansim.contracts.codes import AgeBand, AnsweredBy, HarmType, RejectionReason
from ansim.contracts.intake import ReferralRequested
from ansim.contracts.victim_support import ReferralReceived
from ansim.journal import Fact, Unit
from ansim.web.commands import Command
from victim_support.commands import loading
from victim_support.commands.assignment import first_worker
from victim_support.commands.person import PersonFacts
from victim_support.domain import case as cases
from victim_support.domain import referral as referrals


class AboutReferral(Command):
    referral: UUID
    seen: int | None = None


class Acceptance(PersonFacts):
    """`to` is the worker who takes the case on; none means oneself."""

    age_band: AgeBand | None = None
    harm_types: frozenset[HarmType] = frozenset()
    to: UUID | None = None


class AcceptReferral(AboutReferral, Acceptance):
    case: UUID | None = None


class Rejection(Command):
    reason: RejectionReason
    answered_by: AnsweredBy


class RejectReferral(AboutReferral, Rejection):
    pass


async def receive_referral(unit: Unit, referral: UUID, asked: ReferralRequested) -> None:
    """Note that a referral arrived, under a new pseudonym of ours. A referral that is here already changes nothing."""
    stream = await unit.stream("referral", referral, referrals.evolve)
    if stream.state is not None:
        return
    await stream.append(
        ReferralReceived(
            person=unit.ids(),
            referral=referral,
            severity=asked.severity,
            harm_types=asked.harm_types,
            age_band=asked.age_band,
            gender=asked.gender,
            district=asked.district,
            dataref=asked.dataref,
        )
    )


async def accept_referral(unit: Unit, command: AcceptReferral) -> UUID:
    """Accept and open the case in one transaction. Returns the id of the case."""
    stream, referral = await loading.referral(unit, command.referral)
    stream.expect(command.seen)
    case_id = command.case or unit.ids()
    accepted = referrals.accept(referral, case_id)
    team, worker = await first_worker(unit, command.to)
    opened = cases.open_case(
        referral.person,
        referral=referral.referral,
        age_band=command.age_band or referral.age_band,
        gender=referral.gender,
        district=referral.district,
        harm_types=command.harm_types or referral.harm_types,
        team=team,
        worker=worker,
    )
    await stream.append(*accepted)
    await (await unit.stream("case", case_id, cases.evolve)).append(*(Fact(e, command.sealed()) for e in opened))
    return case_id


async def reject_referral(unit: Unit, command: RejectReferral) -> None:
    stream, referral = await loading.referral(unit, command.referral)
    stream.expect(command.seen)
    await stream.append(*referrals.reject(referral, command.reason, command.answered_by))
