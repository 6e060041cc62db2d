"""What the screens share: who may see them, and how a sent form becomes a command or comes back with its reasons."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Generic
from uuid import UUID

from starlette.requests import Request

from ansim.access import Role, Staff
from ansim.contracts import label
from ansim.errors import DomainError, Message, VersionConflict
from ansim.web import Form
from counseling.deeds import C, Deed, carry_out_once
from counseling.domain.session import SEOUL
from counseling.words import Told, tell

if TYPE_CHECKING:
    from ansim.runtime import Kit

ROLES: Final = (Role.counsellor, Role.supervisor)
MINE: Final = frozenset({"seen", "enrolment", "session", "referral", "id", "person"})
"""Fields of commands that no person chose."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else changed it first: what they did since, and what this person wanted."""

    stored: list[Told]
    title: Message
    mine: str
    version: int


@dataclass(frozen=True, slots=True)
class Outcome(Generic[C]):
    """What came of a form: done (with the command's answer), refused (the form says why), or a clash."""

    form: Form[C]
    done: bool = False
    answer: UUID | None = None
    clash: Clash | None = field(default=None)

    @property
    def status(self) -> int:
        return 409 if self.clash else 422


async def carry_out(kit: "Kit", request: Request, staff: Staff, form: Form[C], deed: Deed[C]) -> Outcome[C]:
    """Carry out the form's command once, however often it is sent. A refused or clashing command changes nothing."""
    if form.value is None:
        return Outcome(form)
    try:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            answer = await carry_out_once(unit, form.key, deed, form.value)
        return Outcome(form, done=True, answer=answer)
    except DomainError as refusal:
        return Outcome(form.refused(refusal))
    except VersionConflict as conflict:
        return Outcome(form, clash=await _clash(kit, request, staff, form.value, deed, conflict))


async def _clash(
    kit: "Kit", request: Request, staff: Staff, command: C, deed: Deed[C], conflict: VersionConflict
) -> Clash:
    lang = kit.web.words(request).lang
    async with kit.store.unit(kit.access.context(request, staff)) as unit:
        events = await unit.timeline(conflict.aggregatetype, conflict.aggregateid)
    since = [tell(event, lambda code: label(code, lang)) for event in events[conflict.seen :]]
    chosen = [value for name, value in command if name not in MINE and value is not None]
    mine = ", ".join(said for value in chosen if (said := _said(value, lang)))
    return Clash(since, deed.title, mine, len(events))


def _said(value: object, lang: str) -> str:
    """A chosen value in words; texts are left out, they may be personal."""
    if isinstance(value, StrEnum):
        return label(value, lang)
    if isinstance(value, frozenset):
        return ", ".join(sorted(_said(one, lang) for one in value))
    if isinstance(value, datetime):
        return f"{value.astimezone(SEOUL):%Y-%m-%d %H:%M}"
    return str(value) if isinstance(value, int) else ""
