"""What all screens of this service do alike: who may come in, and how a sent form becomes a command."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role, Staff, colleagues
from ansim.journal import Unit
from ansim.web import SEOUL, Command
from ansim.web.outcome import Outcome, carry_out_form

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

ROLES: Final = (Role.support_worker, Role.supervisor)
"""Who works in victim support."""

C = TypeVar("C", bound=Command)


async def takers(kit: "Kit", request: Request, staff: Staff) -> list[tuple[UUID, str]]:
    """Who can be given a case, for choices: the name and the team. Only who sees all teams gives away what is not opened."""
    if not staff.sees_all_teams:
        return []
    async with kit.store.read(kit.access.context(request, staff)) as conn:
        found = await colleagues(conn, Role.support_worker)
    return [(each.member, f"{each.name} · {each.team.name(staff.lang)}") for each in found]


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in Seoul."""
    return now().astimezone(SEOUL).date()


async def carry_out(
    kit: "Kit",
    request: Request,
    staff: Staff,
    model: type[C],
    act: Callable[[Unit, C], Awaitable[UUID | None]],
    *,
    then: Callable[[UUID | None], str],
    again: Callable[[Outcome[C]], Awaitable[Response]],
    **fixed: object,
) -> Response:
    """Read the form, carry out the command once, lead on to `then(what it made)`.

    A form sent twice leads to the same place without a second effect. A wrong form, a rule that says no (422) and a
    change by someone else (409) show the form `again` with everything that was typed; then nothing was written.
    """
    form = await kit.web.form(request, model, **fixed)
    outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, act)
    return kit.web.see_other(then(outcome.made)) if outcome.done else await again(outcome)
