"""A desk with people at it: the real application of monitoring on a real database."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import unescape
from uuid import uuid4

import httpx2
import pytest
from hypothesis import HealthCheck, settings

from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, KitFor, csrf_token, subject_of
from monitoring.service import SERVICE

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@dataclass
class Person:
    """A signed-in person with a browser. `post` sends a form as the page would: with token and key."""

    kit: Kit
    client: httpx2.AsyncClient
    subject: str = ""

    async def page(self, path: str) -> httpx2.Response:
        return await self.client.get(path)

    async def post(self, path: str, fields: Mapping[str, object] | None = None, once: str = "") -> httpx2.Response:
        data = {"csrf": csrf_token(self.kit, self.client), "once": once or str(uuid4()), **(fields or {})}
        return await self.client.post(path, data=data)

    async def call(self, path: str, body: object, *, key: str = "", if_match: str = "") -> httpx2.Response:
        """A POST to the API from a program that shares this person's session."""
        headers = {"x-csrf-token": csrf_token(self.kit, self.client)}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"If-Match": if_match} if if_match else {}
        return await self.client.post(f"/api/v1{path}", json=body, headers=headers)

    async def active_volunteer(self, account: str = "") -> str:
        """Registers somebody and leads them to active over the API; gives their id."""
        body = {"name": "표식이름 (가상)", "contact": "010-0000-7777", "district": "mapo"}
        made = await self.call("/volunteers", body | ({"account": account} if account else {}))
        volunteer = str(made.json()["id"])
        for order, detail in (("vet", {"of_age": True}), ("train", {}), ("activate", {})):
            answer = await self.call(f"/volunteers/{volunteer}/{order}", detail)
            assert answer.status_code == 200, answer.text
        return volunteer


PersonFor = Callable[..., Awaitable[Person]]

SIGHTING: dict[str, object] = {
    "platform": "board_da",
    "channel": "community",
    "categories": ["distribution", "false_video"],
    "depicted_age": "adult",
    "depicted_gender": "not_identifiable",
    "url": "https://board.invalid/posts/7f02c41",
}


@pytest.fixture
async def kit(kit_for: KitFor) -> Kit:
    return await kit_for(SERVICE)


@pytest.fixture
def person_for(kit: Kit, client_for: ClientFor) -> PersonFor:
    async def make(role: str, lang: str = "en") -> Person:
        return Person(kit, await client_for(kit, role, lang), subject_of(role))

    return make


@pytest.fixture
async def coordinator(person_for: PersonFor) -> Person:
    return await person_for("coordinator")


@pytest.fixture
async def monitor(person_for: PersonFor, coordinator: Person) -> Person:
    """The demonstration's volunteer, registered and active."""
    person = await person_for("monitor")
    await coordinator.active_volunteer(account=person.subject)
    return person


@pytest.fixture
async def post(monitor: Person) -> str:
    """A sighting that waits for its second reader."""
    return str((await monitor.call("/sightings", SIGHTING)).json()["id"])


def text_of(response: httpx2.Response) -> str:
    """The words of a page, without markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.text)))


async def journal_size(kit: Kit) -> int:
    async with kit.store.read() as conn:
        size: int = await conn.fetchval("select count(*) from journal")
    return size
