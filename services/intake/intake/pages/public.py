"""The public report pages: five short steps without an account, a confirmation, and what a browser remembers.

Nothing is stored before the last step is sent: what was written on earlier steps travels in the form's hidden fields.
Which questions the second step asks follows from the first (`domain.questions`). Every step works without script. No page has a reporter's words in its address or title.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID, uuid5

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from ansim.contracts.codes import District, HarmType, Language, ReporterRole, YesNoUnknown
from ansim.errors import DomainError, Message
from ansim.web import Command, Form, Line, language_of
from ansim.web.csrf import CsrfRefused
from ansim.web.patience import Patience

from .. import queries
from ..commands import (
    LONGEST_CONTACT,
    LONGEST_NARRATIVE,
    Answered,
    Contact,
    Narrative,
    NewReport,
    SubmitReport,
    confirm_receipt,
    submit_report,
)
from ..domain.questions import MUST_BE_REACHED, Question, asked_of, needed_answers, only_asked
from ..domain.receipt import read_receipt, receipt_groups
from ..receipts import Receipts
from .asking import Asking, asking, needed
from .words import WHAT, WHO

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

LAST_STEP: Final = 5
STEP_OF: Final = {
    "reporter_role": 1,
    "about_minor": 1,
    **{question.value: 2 for question in Question},
    "harm_types": 3,
    "narrative": 4,
    "district": 4,
    "contact": 5,
}
FLASH: Final = "ansim_intake_receipt"
FLASH_SECONDS: Final = 30 * 60


class Draft(Answered):
    """What the form holds so far; everything may still be missing. `step` is the page it was sent from."""

    step: int = Field(default=1, ge=1, le=LAST_STEP)
    go: Literal["next", "back"] = "next"
    reporter_role: ReporterRole | None = None
    about_minor: YesNoUnknown = YesNoUnknown.UNKNOWN
    harm_types: frozenset[HarmType] = frozenset()
    district: District = District.UNKNOWN
    narrative: Narrative = ""
    contact: Contact = ""

    def missing(self, through: int) -> list[DomainError]:
        """The required answers that the first incomplete step up to `through` still lacks."""
        if self.reporter_role is None:
            sentence = Message("Choose one. “I would rather not say” is an answer too.")
            return [DomainError("reporter_role_needed", "reporter_role", sentence)]
        questions = needed_answers(self.reporter_role, self.about_minor, self.answers())
        if through >= STEP_OF["safe_now"] and questions:
            return [DomainError("answer_needed", question, needed(question)) for question in questions]
        if through >= STEP_OF["harm_types"] and not self.harm_types:
            sentence = Message("Choose at least one. “Hard to choose” is an answer too.")
            return [DomainError("harm_type_needed", "harm_types", sentence)]
        if through >= STEP_OF["contact"] and self.reporter_role in MUST_BE_REACHED and not self.contact:
            return [DomainError("contact_needed", "contact", Message("Write how we can ask you back."))]
        return []

    def report(self, language: Language) -> NewReport:
        """The report this has become, without answers that belong to another role. Only when nothing is missing."""
        if self.reporter_role is None:
            raise ValueError("no report without a role")
        told = self.model_dump(exclude={"step", "go", *Question})
        answers = only_asked(self.reporter_role, self.about_minor, self.answers())
        return NewReport.model_validate({**told, **answers, "language": language})


class WrittenDown(Command):
    """The reporter has written the number down: `end` is its last group, typed back."""

    end: Line


class PublicScreens:
    """The steps as pages. What was sent is shown on, or the report is taken in at the last step."""

    def __init__(self, kit: "Kit") -> None:
        self.kit = kit
        self.receipts = Receipts(kit.settings)

    def show(self, request: Request, step: int, form: Form[Draft] | None = None, status: int = 200) -> Response:
        role = _role(form)
        if role is None:
            step = 1
        return self.kit.web.page(
            request,
            "intake/public/report.html",
            status,
            step=step,
            last=LAST_STEP,
            who=WHO,
            what=WHAT,
            step_of=STEP_OF,
            questions=_questions(role, form),
            must_be_reached=role in MUST_BE_REACHED,
            longest_contact=LONGEST_CONTACT,
            longest_narrative=LONGEST_NARRATIVE,
            form=form,
            **({} if step == 1 else {"switch": None}),
        )

    async def step(self, request: Request) -> Response:
        try:
            form = await self.kit.web.form(request, Draft)
        except CsrfRefused:
            old = await self.kit.web.form_of_an_old_page(request, Draft)
            return self.show(request, _step_sent(old), old, 403)
        at = _step_sent(form)
        if form.raw.get("go") == "back":
            return self.show(request, max(1, at - 1), replace(form, errors={}))
        if form.value is None:
            return self.show(request, _step_of_first(form, at), form, 422)
        missing = form.value.missing(at)
        if missing:
            refused = reduce(Form.refused, missing, form)
            return self.show(request, STEP_OF[missing[0].field or ""], refused, 422)
        if at < LAST_STEP:
            return self.show(request, at + 1, form)
        return await self.send(request, form.value.report(Language(language_of(request))), form.key)

    async def send(self, request: Request, report: NewReport, once: UUID) -> Response:
        """Sent twice, it arrives once; changed and sent again from the same page, it is another report."""
        told = {**report.model_dump(mode="json"), "harm_types": sorted(report.harm_types)}
        submission = uuid5(once, json.dumps(told, sort_keys=True))
        receipt = self.receipts.number(submission)
        digest = await self.receipts.digest(receipt)
        async with self.kit.store.unit(self.kit.access.anonymous(request)) as unit:
            if await unit.once(submission):
                await submit_report(unit, SubmitReport.model_validate(report.model_dump()), digest)
        response = self.kit.web.see_other("/report/received")
        response.set_cookie(
            FLASH,
            receipt,
            max_age=FLASH_SECONDS,
            path="/report",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    def received(self, request: Request, form: Form[WrittenDown] | None = None, status: int = 200) -> Response:
        """The receipt number, for as long as the flash lives or until the reporter has typed its end back."""
        groups = _groups_shown(request)
        return self.kit.web.page(
            request, "intake/public/received.html", status, groups=groups, now=datetime.now(UTC), form=form
        )

    async def written_down(self, request: Request) -> Response:
        """Shown again until the end of the number comes back right, once."""
        form = await self.kit.web.form(request, WrittenDown)
        groups = _groups_shown(request)
        if form.value is not None and groups and "".join(form.value.end.split()) != groups[-1]:
            sentence = Message("These are not the last digits of the number above.")
            form = form.refused(DomainError("other_digits", "end", sentence))
        if form.value is None and groups:
            return self.received(request, form, 422)
        if groups and (report := await self._report_of_number(request, "".join(groups))) is not None:
            async with self.kit.store.unit(self.kit.access.anonymous(request)) as unit:
                await confirm_receipt(unit, report)
        response = self.kit.web.see_other("/report/received")
        response.delete_cookie(FLASH, path="/report")
        return response

    async def proof(self, request: Request) -> Response:
        """The signed receipt as a file, while the number is on the screen. It holds neither the number nor a word."""
        groups = _groups_shown(request)
        report = await self._report_of_number(request, "".join(groups)) if groups else None
        if report is None:
            return self.kit.web.see_other("/report/received")
        async with self.kit.store.read(self.kit.access.anonymous(request)) as conn:
            found = await queries.mailbox(conn, report)
        headers = {"Content-Disposition": 'attachment; filename="receipt.json"', "Cache-Control": "no-store"}
        text = self.receipts.proof(found.proof, found.opened_at).text()
        return Response(text, media_type="application/json", headers=headers)

    async def _report_of_number(self, request: Request, number: str) -> UUID | None:
        digest = await self.receipts.digest(number)
        async with self.kit.store.read(self.kit.access.anonymous(request)) as conn:
            return await queries.report_of_receipt(conn, digest)


def public(kit: "Kit") -> APIRouter:
    router, screens = APIRouter(), PublicScreens(kit)
    patience = Patience(free=60, seconds=5.0)

    @router.get("/report")
    async def start(request: Request) -> Response:
        return screens.show(request, 1)

    @router.post("/report")
    async def step(request: Request) -> Response:
        await patience.wait(request)
        return await screens.step(request)

    @router.get("/report/received")
    async def received(request: Request) -> Response:
        return screens.received(request)

    @router.post("/report/received")
    async def written_down(request: Request) -> Response:
        return await screens.written_down(request)

    @router.get("/report/received/receipt")
    async def proof(request: Request) -> Response:
        return await screens.proof(request)

    @router.get("/report/traces")
    async def traces(request: Request) -> Response:
        return kit.web.page(request, "intake/public/traces.html")

    return router


def _groups_shown(request: Request) -> list[str]:
    number = read_receipt(request.cookies.get(FLASH, ""))
    return receipt_groups(number) if number else []


def _step_sent(form: Form[Draft]) -> int:
    sent = form.raw.get("step")
    return int(sent) if isinstance(sent, str) and sent in {str(step) for step in range(1, LAST_STEP + 1)} else 1


def _role(form: Form[Draft] | None) -> ReporterRole | None:
    chosen = form.text("reporter_role").strip() if form else ""
    return ReporterRole(chosen) if chosen in set(ReporterRole) else None


def _questions(role: ReporterRole | None, form: Form[Draft] | None) -> list[Asking]:
    if role is None or form is None:
        return []
    minor = form.text("about_minor") == YesNoUnknown.YES
    return asking(role, asked_of(role, YesNoUnknown.YES if minor else YesNoUnknown.UNKNOWN))


def _step_of_first(form: Form[Draft], at: int) -> int:
    return min((STEP_OF[name] for name in form.errors if name in STEP_OF), default=at)
