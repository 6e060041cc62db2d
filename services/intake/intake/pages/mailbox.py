"""The reporter's mailbox: opened with the receipt number, read, written into, closed. No account, no name, no number in an
address.

The number is typed once; then an encrypted cookie of this tab's browser stands for it, for half an hour since the last
page. It names the report and nobody else, is not stored by us, and goes when the page is left.
"""

import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import APIRouter, Request
from starlette.responses import Response

from ansim.contracts.codes import DeadlineRule
from ansim.errors import DomainError, Message
from ansim.journal import Unit
from ansim.receipts import read_proof
from ansim.vault import derive, kek_from
from ansim.web import Command, Form, Line
from ansim.web.commands import Text
from ansim.web.outcome import carry_out_form
from ansim.web.patience import Patience

from .. import queries
from ..commands import LONGEST_NARRATIVE, MailText, WrittenMessage, close_mailbox, visit_mailbox, write_to_centre
from ..domain.mailbox import MailboxState
from ..domain.receipt import read_receipt
from ..receipts import Receipts
from ..rulebook import RULES
from .reading import paragraphs
from .words import status_for_reporter

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

COOKIE: Final = "ansim_intake_mailbox"
IDLE_SECONDS: Final = 30 * 60
WARN_DAYS: Final = 14
_PURPOSE: Final = b"mailbox-1"


class Number(Command):
    """`text` is a message that was being written when the pass ran out."""

    receipt: Line
    text: MailText | None = None


class Pasted(Command):
    text: Text


class Nothing(Command):
    """A button."""


class Unsent(Command):
    """What was written when the pass had run out: kept in the form, not looked at."""

    text: str = ""


class Passes:
    """Short-lived proof that this browser had the number. AES-256-GCM; nothing is kept on our side."""

    def __init__(self, secret: bytes, now: Callable[[], float] = time.time) -> None:
        self._key, self._now = AESGCM(secret), now

    def give(self, report: UUID) -> str:
        nonce, until = os.urandom(12), int(self._now() + IDLE_SECONDS)
        return (nonce + self._key.encrypt(nonce, report.bytes + until.to_bytes(8), _PURPOSE)).hex()

    def read(self, cookie: str) -> UUID | None:
        """The report, None for anything that was not given out here or is too old."""
        try:
            raw = bytes.fromhex(cookie)
            plain = self._key.decrypt(raw[:12], raw[12:], _PURPOSE)
        except (ValueError, InvalidTag):
            return None
        return UUID(bytes=plain[:16]) if self._now() < int.from_bytes(plain[16:]) else None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it is shown."""

    row: queries.MessageRow
    pieces: list[Any]


async def letters_of(unit: Unit, report: UUID) -> list[Letter]:
    """Every message of a mailbox, opened. That they were opened is on the access record."""
    rows = await queries.messages_of(unit.conn, report)
    return [Letter(row, paragraphs((await unit.open_sealed_of(row.event)).get("text", ""))) for row in rows]


class MailboxScreens:
    def __init__(self, kit: "Kit") -> None:
        self.kit = kit
        self.receipts = Receipts(kit.settings)
        self.passes = Passes(derive(kek_from(kit.settings.kek.get_secret_value()), "mailbox-pass|intake"))
        self.patience = Patience(free=10, seconds=10.0)

    def door(
        self, request: Request, form: Form[Any] | None = None, status: int = 200, ended: str = "", kept: str = ""
    ) -> Response:
        """Where the number is asked for. `ended` says why somebody is here again, `kept` is what they were writing."""
        response = self.kit.web.page(request, "intake/public/door.html", status, form=form, ended=ended, kept=kept)
        if status == 200:
            response.delete_cookie(COOKIE, path="/mailbox")
        return response

    async def enter(self, request: Request) -> Response:
        """Whoever has the right number gets in, however many wrong ones are being tried elsewhere."""
        form = await self.kit.web.form(request, Number)
        if form.value is None:
            return self.door(request, form, 422, kept=form.text("text"))
        await self.patience.wait(request)
        number = read_receipt(form.value.receipt)
        report = None
        if number:
            digest = await self.receipts.digest(number)
            async with self.kit.store.read(self.kit.access.anonymous(request)) as conn:
                report = await queries.report_of_receipt(conn, digest)
        if report is None:
            sentence = Message("This number opens no mailbox. Look at each group again: it has twenty-five digits.")
            return self.door(
                request, form.refused(DomainError("no_such_receipt", "receipt", sentence)), 422, kept=form.text("text")
            )
        try:
            async with self.kit.store.unit(self.kit.access.anonymous(request)) as unit:
                await visit_mailbox(unit, report)
        except DomainError:
            return self.door(request, ended="closed")
        if form.value.text:
            return await self.inside(request, report, form)
        return self._let_in(request, self.kit.web.see_other("/mailbox"), report)

    async def inside(
        self, request: Request, report: UUID, form: Form[Any] | None = None, status: int = 200
    ) -> Response:
        """The mailbox as its reporter sees it: a status written for them, the messages, and until when it stays open."""
        now = datetime.now(UTC)
        async with self.kit.store.unit(self.kit.access.anonymous(request)) as unit:
            found = await queries.mailbox(unit.conn, report)
            if found.state is not MailboxState.OPEN:
                return self.door(request, ended=found.state.value)
            row = await queries.report(unit.conn, report)
            hand_offs = await queries.hand_offs_of(unit.conn, report)
            letters = await letters_of(unit, report)
            rules = await RULES.read(unit.conn)
        stays_open = rules.period(DeadlineRule.MAILBOX, found.active_at)
        closes_at = found.active_at + stays_open
        response = self.kit.web.page(
            request,
            "intake/public/mailbox.html",
            status,
            mailbox=found,
            status_text=status_for_reporter(row, hand_offs),
            letters=letters,
            closes_at=closes_at,
            closes_soon=(closes_at - now).days < WARN_DAYS,
            longest=LONGEST_NARRATIVE,
            form=form,
        )
        return self._let_in(request, response, report)

    async def write(self, request: Request, report: UUID) -> Response:
        async def act(unit: Unit, message: WrittenMessage) -> UUID:
            await write_to_centre(unit, report, message.text)
            return report

        form = await self.kit.web.form(request, WrittenMessage)
        outcome = await carry_out_form(self.kit, request, self.kit.access.anonymous(request), form, act)
        if outcome.done:
            return self._let_in(request, self.kit.web.see_other("/mailbox#letters"), report)
        return await self.inside(request, report, outcome.form, outcome.status)

    async def close(self, request: Request, report: UUID) -> Response:
        async def act(unit: Unit, _: Nothing) -> UUID:
            await close_mailbox(unit, report)
            return report

        form = await self.kit.web.form(request, Nothing)
        await carry_out_form(self.kit, request, self.kit.access.anonymous(request), form, act)
        return self.door(request, ended="closed_now")

    def _let_in(self, request: Request, response: Response, report: UUID) -> Response:
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE,
            self.passes.give(report),
            max_age=IDLE_SECONDS,
            path="/mailbox",
            httponly=True,
            samesite="strict",
            secure=secure,
        )
        return response

    async def verify(self, request: Request) -> Response:
        form = await self.kit.web.form(request, Pasted)
        proof = read_proof(form.value.text) if form.value else None
        verdict = self.receipts.signer.public.check(proof) if form.value else None
        return self.kit.web.page(
            request,
            "intake/public/verify.html",
            422 if form.value is None else 200,
            form=form,
            verdict=verdict,
            proof=proof,
        )


def mailbox_pages(kit: "Kit") -> APIRouter:
    router, screens = APIRouter(), MailboxScreens(kit)

    @router.get("/mailbox")
    async def show(request: Request) -> Response:
        report = screens.passes.read(request.cookies.get(COOKIE, ""))
        return screens.door(request) if report is None else await screens.inside(request, report)

    @router.post("/mailbox")
    async def enter(request: Request) -> Response:
        return await screens.enter(request)

    async def with_pass(request: Request, act: Callable[[Request, UUID], Awaitable[Response]]) -> Response:
        """What was written is kept in the form when the pass has run out: nothing is lost but the place."""
        report = screens.passes.read(request.cookies.get(COOKIE, ""))
        if report is not None:
            return await act(request, report)
        form = await kit.web.form(request, Unsent)
        return screens.door(request, ended="idle", kept=form.text("text"))

    @router.post("/mailbox/write")
    async def write(request: Request) -> Response:
        return await with_pass(request, screens.write)

    @router.post("/mailbox/close")
    async def close(request: Request) -> Response:
        return await with_pass(request, screens.close)

    @router.post("/mailbox/leave")
    async def leave(request: Request) -> Response:
        await kit.web.form(request, Nothing)
        response = kit.web.see_other("/mailbox")
        response.delete_cookie(COOKIE, path="/mailbox")
        return response

    @router.get("/receipt/verify")
    async def verify_form(request: Request) -> Response:
        return kit.web.page(request, "intake/public/verify.html", verdict=None, proof=None)

    @router.post("/receipt/verify")
    async def verify(request: Request) -> Response:
        return await screens.verify(request)

    @router.get("/receipt/key")
    async def key() -> Response:
        """The public key by which anybody checks a receipt without us."""
        return Response(screens.receipts.signer.public.text(), media_type="application/json")

    return router
