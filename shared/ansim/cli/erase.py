"""`ansim erase`: opens a request for an erasure. It never approves one: that takes a second person at the desk."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from ansim import telemetry
from ansim.access.staff import find_staff
from ansim.cli.surroundings import settings_for
from ansim.contracts.codes import ErasureGround
from ansim.errors import DomainError, Fatal
from ansim.journal import Actor, Context
from ansim.privacy import Matter, PrivacyDesk
from ansim.privacy.erasure.keeping import RequestErasure, request_erasure
from ansim.runtime.kit import open_kit
from ansim.runtime.service import Service, installed_service

__all__ = ["erase"]


def erase(slug: str, whose: str, requested_by: str, reason: str) -> int:
    """0 when the request is open. Raises Fatal when the service, the record or the member of staff is not known, the
    member may not ask, or an erasure was asked for already."""
    try:
        service = installed_service(slug)
    except LookupError as error:
        raise Fatal(str(error)) from error
    if service.privacy is None:
        raise Fatal(f"{slug} has no erasures of its own")
    number, made = asyncio.run(_request(service, service.privacy, whose, requested_by, reason))
    print(f"{number}: erasure {made} is asked for. A second person approves or declines it under Erasures.")
    return 0


async def _request(service: Service, desk: PrivacyDesk, whose: str, requested_by: str, reason: str) -> tuple[str, UUID]:
    telemetry.configure("erase", "warning")
    async with open_kit(settings_for(service.slug), service) as kit:
        member = await find_staff(kit.store.pool, requested_by)
        if member is None or not member.roles & set(desk.keepers):
            roles = ", ".join(sorted(desk.keepers))
            raise Fatal(f"{requested_by!r} may not ask for an erasure here: it takes active staff in the role {roles}")
        role = sorted(member.roles & set(desk.keepers))[0]
        actor = Actor(member.subject, role.value, member.name)
        context = Context(actor, datetime.now(UTC), uuid4(), team=member.team, all_teams=True)
        try:
            async with kit.store.unit(context) as unit:
                matter = await _find(desk, unit.conn, whose)
                command = RequestErasure(ground=ErasureGround.PERSON_ASKED, reason=reason)
                return matter.number, await request_erasure(unit, desk, matter.record, command)
        except DomainError as refusal:
            raise Fatal(str(refusal.message)) from refusal


async def _find(desk: PrivacyDesk, conn: asyncpg.Connection, whose: str) -> Matter:
    try:
        found = await desk.matters.by_person(conn, UUID(whose))
    except ValueError:
        found = await desk.matters.by_number(conn, whose)
    if found is None:
        raise Fatal(f"{desk.service} has no record {whose!r}")
    return found
