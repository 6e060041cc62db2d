"""`/find` as a page and as JSON. What is sought travels in the form, never in an address, a title or a log."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, StringConstraints
from starlette.responses import Response

from ansim.access import Role, Staff
from ansim.errors import DomainError, Message
from ansim.find.finding import Finder, Hit, SearchBy, search
from ansim.vault import SearchField
from ansim.web.api import IdempotencyKey
from ansim.web.commands import Command, Storable

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

Sought = Annotated[str, StringConstraints(min_length=1, max_length=200), Storable]


class Find(Command):
    """Look for records by one exact value."""

    by: SearchBy = SearchBy.NUMBER
    text: Sought


class HitOut(BaseModel):
    """A record that was found. `path` is its address here."""

    kind: str
    id: UUID
    number: str
    path: str


class Found(BaseModel):
    """Newest first."""

    items: list[HitOut]


def find_pages(kit: "Kit", finder: Finder, *roles: Role) -> APIRouter:
    """The page. A hit is shown with its number and state; whose it is, its own page tells."""
    router = APIRouter()
    staff_only = Depends(kit.access.staff(*roles))

    def page(request: Request, staff: Staff, form: object, hits: list[Hit] | None, status: int = 200) -> Response:
        return kit.web.page(
            request,
            "find/find.html",
            status,
            form=form,
            hits=hits,
            ways=_ways(finder, staff),
            now=datetime.now(UTC),
        )

    @router.get("/find")
    async def ask(request: Request, staff: Staff = staff_only) -> Response:
        return page(request, staff, None, None)

    @router.post("/find")
    async def find(request: Request, staff: Staff = staff_only) -> Response:
        form = await kit.web.form(request, Find)
        if form.value is None:
            return page(request, staff, form, None, 422)
        try:
            async with kit.store.unit(kit.access.context(request, staff)) as unit:
                hits = await search(kit.access, unit, finder, staff.roles, form.value.by, form.value.text)
        except DomainError as refusal:
            return page(request, staff, form.refused(refusal), None, 422)
        return page(request, staff, form, hits)

    return router


def find_api(kit: "Kit", finder: Finder, *roles: Role) -> APIRouter:
    router = APIRouter()
    staff_only = Depends(kit.access.staff(*roles))

    @router.post("/find")
    async def find(request: Request, body: Find, key: IdempotencyKey = None, staff: Staff = staff_only) -> Found:
        """Look for records by number, or by an exact name or telephone number. The latter tell whose a record is and are for
        those who may know that without the custodian. Changes nothing, so it may be repeated; each
        search is on the access record."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            hits = await search(kit.access, unit, finder, staff.roles, body.by, body.text)
        return Found(
            items=[HitOut(kind=hit.kind, id=hit.id, number=hit.name, path=f"/api/v1{hit.path}") for hit in hits]
        )

    return router


def _ways(finder: Finder, staff: Staff) -> list[tuple[str, Message, Message]]:
    known = {
        SearchField.PHONE: (Message("Telephone number"), Message("the whole number, with or without hyphens")),
        SearchField.NAME: (Message("Name"), Message("the whole name as it was written down")),
    }
    by_number = (SearchBy.NUMBER.value, finder.number_title, finder.number_hint)
    return [by_number, *((field.value, *known[field]) for field in finder.fields_for(staff.roles))]
