"""`/exports` as pages and as JSON: what may leave, what left, and the form that asks why."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response, StreamingResponse

from ansim.access import Staff
from ansim.contracts.codes import ExportedList, ExportFormat, ExportReason
from ansim.errors import DomainError
from ansim.exports.listing import Listing
from ansim.exports.making import EXPORTERS, MOST_ROWS, ExportDesk, MakeExport, count, made_export, made_exports
from ansim.exports.writing import MEDIA_TYPES
from ansim.web.api import IdempotencyKey
from ansim.web.filters import Chosen
from ansim.web.said import SEOUL

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

PIECE = 64 * 1024


class MadeOut(BaseModel):
    """An export that was made."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int
    listed: ExportedList
    format: ExportFormat
    rows: int
    persons: int
    reason: ExportReason
    made_by_name: str
    made_at: datetime


def export_pages(kit: "Kit", desk: ExportDesk) -> APIRouter:
    router = APIRouter()
    exporter = Depends(kit.access.staff(*EXPORTERS))

    @router.get("/exports")
    async def exports(request: Request, staff: Staff = exporter) -> Response:
        async with kit.store.read(kit.access.context(request, staff)) as conn:
            made = await made_exports(conn)
        return kit.web.page(request, "exports/exports.html", listings=desk.listings, made=made, now=datetime.now(UTC))

    async def ask(request: Request, staff: Staff, listing: Listing, form: object = None, status: int = 200) -> Response:
        chosen = Chosen.of(listing.filters, request.query_params)
        async with kit.store.read(kit.access.context(request, staff)) as conn:
            rows = await count(conn, listing, chosen)
        known = {"listing": listing, "chosen": chosen, "rows": rows, "most": MOST_ROWS, "form": form}
        return kit.web.page(request, "exports/export.html", status, **known)

    @router.get("/exports/made/{export}")
    async def made_one(request: Request, export: UUID, staff: Staff = exporter) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            made = await made_export(unit.conn, export)
            note = (await unit.open_sealed_of(made.event)).get("note", "")
        return kit.web.page(request, "exports/made.html", made=made, note=note)

    @router.get("/exports/{code}")
    async def form_page(request: Request, code: str, staff: Staff = exporter) -> Response:
        return await ask(request, staff, desk.listing(code))

    @router.post("/exports/{code}")
    async def export(request: Request, code: str, staff: Staff = exporter) -> Response:
        listing = desk.listing(code)
        form = await kit.web.form(request, MakeExport)
        if form.value is None:
            return await ask(request, staff, listing, form, 422)
        try:
            return await _send(kit, desk, request, staff, listing, form.value)
        except DomainError as refusal:
            return await ask(request, staff, listing, form.refused(refusal), 422)

    return router


def export_api(kit: "Kit", desk: ExportDesk) -> APIRouter:
    router = APIRouter()
    exporter = Depends(kit.access.staff(*EXPORTERS))

    @router.get("/exports")
    async def exports(request: Request, staff: Staff = exporter) -> list[MadeOut]:
        """The latest exports, newest first. Who was in them is in the access record."""
        async with kit.store.read(kit.access.context(request, staff)) as conn:
            return [MadeOut.model_validate(made) for made in await made_exports(conn)]

    for listing in desk.listings:
        _api_of(kit, desk, router, listing)
    return router


def _api_of(kit: "Kit", desk: ExportDesk, router: APIRouter, listing: Listing) -> None:
    exporter = Depends(kit.access.staff(*EXPORTERS))
    files = {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()}
    queries: list[dict[str, Any]] = [
        {"name": f.name, "in": "query", "required": False, "schema": {"type": "string", "enum": list(f.choices)}}
        for f in listing.filters
    ]

    @router.post(
        f"/exports/{listing.code}",
        name=f"export_{listing.code}",
        response_class=Response,
        responses={200: {"description": "The file.", "content": files}},
        openapi_extra={"parameters": queries},
    )
    async def export(
        request: Request, body: MakeExport, key: IdempotencyKey = None, staff: Staff = exporter
    ) -> Response:
        """The list as a file. Each call is an export of its own, on record for every person in it."""
        return await _send(kit, desk, request, staff, listing, body)


async def _send(
    kit: "Kit", desk: ExportDesk, request: Request, staff: Staff, listing: Listing, command: MakeExport
) -> Response:
    """Nothing is sent before everything is on record."""
    chosen = Chosen.of(listing.filters, request.query_params)
    async with kit.store.unit(kit.access.context(request, staff)) as unit:
        file = await desk.make(kit, unit, listing, chosen, command, kit.web.words(request))
    name = f"ansim-{listing.code}-{datetime.now(SEOUL):%Y%m%d-%H%M}.{command.format}".replace("_", "-")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_pieces(file), media_type=MEDIA_TYPES[command.format], headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
