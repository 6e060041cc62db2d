"""What the screens share: who may see them, and how a sent form becomes a command or comes back with its reasons."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from starlette.requests import Request

from ansim.access import Role, Staff
from ansim.contracts import label
from ansim.errors import Message, VersionConflict
from ansim.web import Form
from ansim.web.outcome import Outcome, carry_out_form
from counseling.deeds import C, Deed
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


@dataclass(frozen=True)
class Ended(Outcome[C]):
    """What came of a form; with a conflict, the `clash` to show."""

    clash: Clash | None = None


async def carry_out(kit: "Kit", request: Request, staff: Staff, form: Form[C], deed: Deed[C]) -> Ended[C]:
    """Carry out the form's command once, however often it is sent. A refused or clashing command changes nothing."""
    ended = await carry_out_form(kit, request, kit.access.context(request, staff), form, deed.run)
    clash = None
    if ended.conflict is not None and form.value is not None:
        clash = await _clash(kit, request, staff, form.value, deed, ended.conflict)
    return Ended(ended.form, ended.done, ended.made, ended.conflict, clash)


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
