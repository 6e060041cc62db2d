"""For fuzzing: a service with work lying on its desks, and everybody who may ask it, each with a token of their own."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx2
from schemathesis import APIOperation, Case

from ansim.access import Role
from ansim.access.demo_token import demo_token
from ansim.contracts.codes import (
    AgeBand,
    ConsentState,
    District,
    Gender,
    HarmType,
    LegalBasis,
    ReferralTarget,
    SchoolLevel,
    Severity,
)
from ansim.contracts.intake import ReferralRequested
from ansim.feed.agreements import Agreements
from ansim.history import HistoryPlayer, World
from ansim.runtime import Kit
from ansim.testing.kits import ADDRESS, CLIENT_SECRET, subject_of
from ansim.testing.relayed import heard
from ansim.testing.stores import some_context

Operation = APIOperation[Any, Any, Any, Any]

LYING_OPEN = re.compile(r"^(open|other)/|/(staff$|open-)")
"""The parts of the histories that wait for no other service: reports of every state, and open cases."""

ASKED = ReferralRequested(
    person=uuid4(),
    report=uuid4(),
    target=ReferralTarget.VICTIM_SUPPORT,
    severity=Severity.HIGH,
    harm_types=frozenset({HarmType.GROOMING}),
    age_band=AgeBand.AGE_14_16,
    school_level=SchoolLevel.MIDDLE,
    gender=Gender.FEMALE,
    district=District.MAPO,
    legal_basis=LegalBasis.CONSENT,
    consent=ConsentState.GIVEN,
)


@dataclass(frozen=True, slots=True)
class Desks:
    """One service, asked from a thread beside its own loop. `callers` give a fresh token each time."""

    kit: Kit
    client: httpx2.AsyncClient
    loop: asyncio.AbstractEventLoop
    callers: dict[str, Callable[[], str]]

    def send(self, case: Case, token: str | None) -> httpx2.Response:
        """The answer to a program that sends this, with a token of somebody or with none."""
        sent = case.as_transport_kwargs(base_url=ADDRESS)
        headers = {name: value.encode("latin-1") for name, value in sent["headers"].items()}
        headers.pop("Authorization", None)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}".encode()
        body = json.dumps(sent["json"]).encode() if "json" in sent else sent.get("data")
        asked = self.client.request(
            sent["method"], sent["url"], params=sent.get("params"), headers=headers, content=body
        )
        return asyncio.run_coroutine_threadsafe(asked, self.loop).result()

    def who_may(self, operation: Operation, known: dict[str, list[str]]) -> list[str]:
        """The first two callers who are let into an operation on the oldest of the known records; where that is for none of
        them to see, those who are not kept out at the door."""
        addressed = {name: str(uuid4()) for name in re.findall(r"{(\w+)}", operation.path)}
        addressed |= {name: ids[0] for name, ids in known.items()}
        body = {"body": [], "media_type": "application/json"} if operation.body else {}
        case = operation.Case(path_parameters=addressed, **body)
        inside: list[str] = []
        told_nothing: list[str] = []
        for name, token in self.callers.items():
            status = self.send(case, token()).status_code
            if status == 404:
                told_nothing.append(name)
            elif status not in (401, 403):
                inside.append(name)
            if len(inside) == 2:
                break
        return inside or told_nothing

    def known(self, operation: Operation) -> dict[str, list[str]]:
        """What there is to put into the parameters of its address, oldest first: `/reports/{…}` takes ids of reports."""
        parts = operation.path.strip("/").split("/")
        words = {part.strip("{}"): word for word, part in pairwise(parts) if part.startswith("{")}
        records = asyncio.run_coroutine_threadsafe(self._records(), self.loop).result()
        return {name: records[word] for name, word in words.items() if word in records}

    async def _records(self) -> dict[str, list[str]]:
        """All streams of the journal by the word that stands before them in addresses, and the agreements with partners."""
        async with self.kit.store.read(some_context()) as conn:
            rows = await conn.fetch("select aggregatetype, aggregateid from journal where version = 1 order by entry")
        found: dict[str, list[str]] = {"feed": list(Agreements.installed().by_id)}
        for row in rows:
            found.setdefault(f"{row['aggregatetype']}s", []).append(str(row["aggregateid"]))
        return found


async def desks(kit: Kit, other: Kit, client: httpx2.AsyncClient) -> Desks:
    """A service with work. `other` is the service whose calls it answers besides those of people."""
    await _work(kit)
    callers: dict[str, Callable[[], str]] = {other.service.slug: lambda: other.access.calls.token(kit.service.slug)}
    for role in Role:
        token = await demo_token(kit.settings.oidc_issuer, subject_of(role), client_secret=CLIENT_SECRET)
        callers[str(role)] = lambda token=token: token
    return Desks(kit, client, asyncio.get_running_loop(), callers)


async def _work(kit: Kit) -> None:
    """What lies on the desks of the demonstration, and a few referrals that have just come in."""
    world = World()
    assert kit.service.history is not None
    steps = [step for step in kit.service.history(world) if LYING_OPEN.search(step.key)]
    await HistoryPlayer(kit.service.slug, kit.store, world, lambda _: None).play(steps)
    for handler in kit.service.reactor.handlers(ReferralRequested):
        for number in range(4):
            async with kit.store.unit(some_context()) as unit:
                event = ASKED.model_copy(update={"person": world.uuid("person", number)})
                await handler(unit, heard(event, world.uuid("referral", number)))
