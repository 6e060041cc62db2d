"""What all screens of this service do alike: who may come in, and how a sent form becomes a command."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role, Staff
from ansim.errors import DomainError, VersionConflict
from ansim.journal import Unit
from ansim.web import SEOUL, Command, Form

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

ROLES: Final = (Role.support_worker, Role.supervisor)
"""Who works in victim support."""

C = TypeVar("C", bound=Command)
T = TypeVar("T")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in Seoul."""
    return now().astimezone(SEOUL).date()


@dataclass(frozen=True, slots=True)
class Again:
    """Why a form is shown again: what is wrong with it, or that somebody was faster (`conflict`)."""

    status: int
    form: Form[Any]
    conflict: VersionConflict | None = None


async def carry_out(
    kit: "Kit",
    request: Request,
    staff: Staff,
    model: type[C],
    act: Callable[[Unit, C], Awaitable[T]],
    *,
    then: Callable[[T], str],
    again: Callable[[Again], Awaitable[Response]],
    **fixed: object,
) -> Response:
    """Read the form, carry out the command once, lead on to `then(result)`.

    A form sent twice leads to the same place without a second effect. A wrong form, a rule that says no (422) and a
    change by someone else (409) show the form `again` with everything that was typed; then nothing was written.
    """
    form = await kit.web.form(request, model, **fixed)
    if form.value is None:
        return await again(Again(422, form))
    try:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            if await unit.once(form.key, request.url.path):
                await unit.remember(form.key, {"url": then(await act(unit, form.value))})
            answer = await unit.recall(form.key)
    except DomainError as refusal:
        return await again(Again(422, form.refused(refusal)))
    except VersionConflict as conflict:
        return await again(Again(409, form, conflict))
    return kit.web.see_other(str(answer["url"]) if answer else kit.service.home)
