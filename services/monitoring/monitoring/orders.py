"""Orders by the name they have in addresses: one table for forms and API, so both take the same commands."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from ansim.journal import Unit
from ansim.web.commands import Command
from monitoring import commands

C = TypeVar("C", bound=Command)


@dataclass(frozen=True, slots=True)
class Order(Generic[C]):
    """A command's model, the function that carries it out, and the field that holds what was chosen, if any."""

    model: type[C]
    carry_out: Callable[[Unit, C], Awaitable[UUID]]
    choice: str = ""


class VolunteerOrder(StrEnum):
    VET = "vet"
    TRAIN = "train"
    ACTIVATE = "activate"
    REST = "rest"
    RETURN = "return"
    LEAVE = "leave"


class SightingOrder(StrEnum):
    CONFIRM = "confirm"
    REJECT = "reject"
    REPORT = "report"
    CHECK = "check"
    ACT = "act"


VOLUNTEER_ORDERS: Final[Mapping[VolunteerOrder, Order[Any]]] = {
    VolunteerOrder.VET: Order(commands.VetVolunteer, commands.vet_volunteer),
    VolunteerOrder.TRAIN: Order(commands.MoveVolunteer, commands.train_volunteer),
    VolunteerOrder.ACTIVATE: Order(commands.MoveVolunteer, commands.activate_volunteer),
    VolunteerOrder.REST: Order(commands.MoveVolunteer, commands.rest_volunteer),
    VolunteerOrder.RETURN: Order(commands.MoveVolunteer, commands.return_volunteer),
    VolunteerOrder.LEAVE: Order(commands.LetVolunteerLeave, commands.let_volunteer_leave, "reason"),
}

SIGHTING_ORDERS: Final[Mapping[SightingOrder, Order[Any]]] = {
    SightingOrder.CONFIRM: Order(commands.ConfirmSighting, commands.confirm_sighting),
    SightingOrder.REJECT: Order(commands.RejectSighting, commands.reject_sighting, "reason"),
    SightingOrder.REPORT: Order(commands.ReportSighting, commands.report_sighting, "report_channel"),
    SightingOrder.CHECK: Order(commands.CheckSighting, commands.check_sighting, "result"),
    SightingOrder.ACT: Order(commands.RecordAction, commands.record_action, "action"),
}
