"""Whose case it is: the first assignment, transfers, and a leaver's cases all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from pydantic import Field

from ansim.access import Colleague, Role, colleagues
from ansim.contracts.codes import AssignmentReason
from ansim.errors import DomainError, Message, NotFound, VersionConflict
from ansim.journal import Context, Store, Unit
from ansim.web.commands import Command
from victim_support.commands import loading
from victim_support.domain import case as cases

MOST_AT_ONCE: Final = 200
_ACTOR: Final = "select member, team, roles from staff where subject = $1 and active"


class Transfer(Command):
    """`to` is the worker who takes the case on; their team becomes the case's."""

    to: UUID
    reason: AssignmentReason = AssignmentReason.TRANSFER


class TransferCase(Transfer):
    case: UUID
    seen: int | None = None


class Chosen(Command):
    """A case as it stood in the list it was chosen from."""

    case: UUID
    seen: int | None = None


class Reassignment(Command):
    to: UUID
    reason: AssignmentReason = AssignmentReason.WORKER_LEAVES
    cases: list[Chosen] = Field(min_length=1, max_length=MOST_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one case of a reassignment; `why` is the rule that stopped it, "" when it moved."""

    case: UUID
    why: str = ""


async def worker_of(unit: Unit, member: UUID) -> Colleague:
    """An active support worker. Raises DomainError for anybody else."""
    for each in await colleagues(unit.conn, Role.support_worker):
        if each.member == member:
            return each
    raise DomainError("case.nobody", "to", Message("Choose a support worker who is active."))


async def first_worker(unit: Unit, to: UUID | None) -> tuple[str, UUID | None]:
    """The team and the worker of a case that is being opened: `to`, else whoever opens it. Who does not work on cases
    themselves leaves it with their team, for a supervisor to assign. Raises DomainError for a `to` who cannot take it."""
    if to is not None:
        found = await worker_of(unit, to)
        return found.team.id, found.member
    row = await unit.conn.fetchrow(_ACTOR, unit.context.actor.subject)
    if row is None or Role.support_worker not in row["roles"]:
        return unit.context.team, None
    return row["team"], row["member"]


async def transfer_case(unit: Unit, command: TransferCase) -> None:
    """Give the case to another worker; when they are of another team, the one that had it stops seeing it."""
    stream, case = await loading.case(unit, command.case)
    stream.expect(command.seen)
    found = await worker_of(unit, command.to)
    await stream.append(*cases.assign(case, found.team.id, found.member, command.reason))


async def let_go(unit: Unit, person: UUID, account: str, member: UUID) -> None:
    """A colleague who is being recused lets go of the person's cases: the team has them, and nobody in it yet."""
    for row in await unit.conn.fetch(
        "select case_id from support_case where person = $1 and member = $2", person, member
    ):
        stream, case = await loading.case(unit, row["case_id"])
        await stream.append(*cases.assign(case, case.team, None, AssignmentReason.RECUSAL))


async def reassign(
    store: Store, context: Context, key: UUID, to: UUID, reason: AssignmentReason, chosen: Sequence[Chosen]
) -> list[Moved]:
    """Transfer each case in a transaction of its own: what fails is told and keeps no other from moving.

    Sent again with the same key, cases that moved the first time count as moved.
    """
    results = []
    for one in chosen:
        command = TransferCase(case=one.case, seen=one.seen, to=to, reason=reason)
        try:
            async with store.unit(context) as unit:
                if await unit.once(uuid5(key, str(one.case)), "reassign"):
                    await transfer_case(unit, command)
            results.append(Moved(one.case))
        except VersionConflict:
            results.append(Moved(one.case, "changed_meanwhile"))
        except NotFound:
            results.append(Moved(one.case, "not_found"))
        except DomainError as refusal:
            results.append(Moved(one.case, refusal.rule))
    return results
