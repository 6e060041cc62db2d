"""Writing a complaint with the person it belongs to."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from ansim.contracts.codes import ComplaintReceiver, ReviewResult
from ansim.errors import DomainError, Message
from ansim.journal import Fact, Stream, Unit
from ansim.web.commands import Command, Line, Storable
from victim_support.commands.consent import need_consent
from victim_support.commands.loading import case as load_case
from victim_support.domain import complaint as complaints
from victim_support.domain.case import CaseState
from victim_support.domain.complaint import Complaint

Part = Annotated[str, StringConstraints(max_length=6_000), Storable]


class AboutComplaint(Command):
    complaint: UUID
    seen: int | None = None


class StartComplaint(Command):
    """Begin a complaint in a case."""

    case: UUID
    id: UUID | None = None


class DraftText(Command):
    """The parts of a complaint, in the order of the form that police stations use."""

    complainant: Line
    accused: Part = ""
    facts: Annotated[Part, StringConstraints(min_length=1)]
    evidence: Part = ""
    request: Part = ""

    def sealed(self) -> dict[str, str]:
        return {name: text for name, text in self.model_dump().items() if name in DraftText.model_fields and text}


class DraftComplaint(AboutComplaint, DraftText):
    """Write the next version."""


class Review(Command):
    result: ReviewResult
    number: int = Field(ge=1)
    remarks: Part = ""


class ReviewComplaint(AboutComplaint, Review):
    """What the person says of the version that they read."""


class Handing(Command):
    receiver: ComplaintReceiver


class HandOverComplaint(AboutComplaint, Handing):
    """A copy was given to somebody."""


async def start_complaint(unit: Unit, command: StartComplaint) -> UUID:
    _, case = await load_case(unit, command.case)
    if case.state is CaseState.CLOSED:
        raise DomainError("case.closed", message=Message("This case is closed. Nothing can be added to it."))
    stream = await unit.stream("complaint", command.id or unit.ids(), complaints.evolve)
    stream.expect(0)
    await stream.append(*complaints.start(case.person, command.case))
    return stream.id


async def draft_complaint(unit: Unit, command: DraftComplaint) -> None:
    stream, complaint = await load_complaint(unit, command.complaint, command.seen)
    await stream.append(*(Fact(event, command.sealed()) for event in complaints.draft(complaint)))


async def review_complaint(unit: Unit, command: ReviewComplaint) -> None:
    stream, complaint = await load_complaint(unit, command.complaint, command.seen)
    events = complaints.review(complaint, command.result, number=command.number)
    await stream.append(*(Fact(event, {"remarks": command.remarks}) for event in events))


async def hand_over_complaint(unit: Unit, command: HandOverComplaint) -> None:
    """The person's own copy needs nothing; every other one their approval of this version and a consent for its receiver."""
    stream, complaint = await load_complaint(unit, command.complaint, command.seen)
    events = complaints.hand_over(complaint, command.receiver)
    need = complaints.NEEDS[command.receiver]
    if need is not None:
        await need_consent(unit, complaint.case, need, "receiver")
    await stream.append(*events)


async def load_complaint(
    unit: Unit, complaint_id: UUID, seen: int | None = None
) -> tuple[Stream[Complaint], Complaint]:
    """Raises NotFound, also for whoever may not see the case, and VersionConflict."""
    return await unit.existing("complaint", complaint_id, complaints.evolve, seen)
