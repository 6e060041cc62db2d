"""What staff can do, by name: the same deeds stand behind the screens' forms and the API's addresses."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from ansim.errors import Message
from ansim.journal import Unit
from ansim.web import Command
from counseling import commands, sessions

C = TypeVar("C", bound=Command)


@dataclass(frozen=True, slots=True)
class Deed(Generic[C]):
    """One command and how it is called on screen."""

    title: Message
    command: type[C]
    run: Callable[[Unit, C], Awaitable[UUID | None]]


ENROL: Final = Deed(Message("Register an enrolment"), commands.Enrol, commands.enrol)
ACCEPT: Final = Deed(Message("Accept the referral"), commands.AcceptReferral, commands.accept_referral)
REJECT: Final = Deed(Message("Reject the referral"), commands.RejectReferral, commands.reject_referral)

ON_ENROLMENT: Final[dict[str, Deed[Any]]] = {
    "consent": Deed(Message("Record consent"), commands.RecordConsent, commands.record_consent),
    "accept": Deed(Message("Accept into the programme"), commands.AcceptEnrolment, commands.accept_enrolment),
    "decline": Deed(Message("Do not take on"), commands.DeclineEnrolment, commands.decline_enrolment),
    "act": Deed(Message("Record an act"), commands.RecordAct, commands.record_act),
    "motives": Deed(Message("Record motives"), commands.AssessMotives, commands.assess_motives),
    "session": Deed(Message("Plan a session"), sessions.ScheduleSession, sessions.schedule_session),
    "complete": Deed(Message("Complete the programme"), sessions.CompleteEnrolment, sessions.complete_enrolment),
    "discontinue": Deed(Message("Discontinue"), commands.DiscontinueEnrolment, sessions.discontinue_enrolment),
}
"""Deeds on an enrolment by the last part of their address."""

ON_SESSION: Final[dict[str, Deed[Any]]] = {
    "held": Deed(Message("Write down as held"), sessions.HoldSession, sessions.hold_session),
    "no-show": Deed(Message("Nobody came"), sessions.MissSession, sessions.miss_session),
    "moved": Deed(Message("Move to another time"), sessions.RescheduleSession, sessions.reschedule_session),
    "cancelled": Deed(Message("Cancel the session"), sessions.CancelSession, sessions.cancel_session),
}
