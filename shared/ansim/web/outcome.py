"""How a sent form ends: its command carried out once, or the form shown again with what stands in the way."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from starlette.requests import Request

from ansim.errors import DomainError, VersionConflict
from ansim.journal import Context, Recorded, Unit
from ansim.web.commands import Command
from ansim.web.forms import Form

if TYPE_CHECKING:
    from ansim.runtime import Kit

__all__ = ["Outcome", "carry_out_form", "changes_of"]

C = TypeVar("C", bound=Command)


@dataclass(frozen=True)
class Outcome(Generic[C]):
    """What came of a form. Exactly one of: it is `done`, the form's `errors` say why not, or there is a `conflict`.

    `made` is the id that the command gave, also when the form was sent a second time.
    """

    form: Form[C]
    done: bool = False
    made: UUID | None = None
    conflict: VersionConflict | None = None

    @property
    def status(self) -> int:
        """The status of the page that shows the form again."""
        return 409 if self.conflict else 422


def changes_of(again: Outcome[Any] | None, events: Sequence[Recorded]) -> list[Recorded]:
    """What others recorded on a stream since the sent form was opened: none when that is not what stands in its way."""
    if again is None or again.conflict is None:
        return []
    return [event for event in events if event.version > again.conflict.seen]


async def carry_out_form(
    kit: "Kit", request: Request, context: Context, form: Form[C], act: Callable[[Unit, C], Awaitable[UUID | None]]
) -> Outcome[C]:
    """Carry out the form's command, once however often the form is sent.

    A wrong form, a rule that says no and a change by somebody else come back as an outcome that is not `done`; then
    nothing was written. Other errors are raised.
    """
    if form.value is None:
        return Outcome(form)
    try:
        async with kit.store.unit(context) as unit:
            if not await unit.once(form.key, request.url.path):
                known = (await unit.recall(form.key) or {}).get("id")
                return Outcome(form, done=True, made=UUID(known) if known else None)
            made = await act(unit, form.value)
            await unit.remember(form.key, {"id": str(made)} if made else {})
        return Outcome(form, done=True, made=made)
    except DomainError as refusal:
        return Outcome(form.refused(refusal))
    except VersionConflict as conflict:
        return Outcome(form, conflict=conflict)
