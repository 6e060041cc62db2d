"""Whatever is sent to the JSON APIs of intake and victim support: no server error, and no answer that is not documented.

Every operation of the OpenAPI document is asked by people who are let in and by strangers, with what fits its description
and with what does not, on records that are there and on none. The choices are the same each time.
"""

import asyncio

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ansim.runtime import build_app
from ansim.runtime.service import installed_services
from ansim.testing.kits import CLIENT_SECRET, ClientFor, KitFor

from .asking import Desks, Operation, desks

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 10, GenerationMode.NEGATIVE: 5}
KNOWN = 5
"""Of six examples that fit, so many are about records that are there; the sixth keeps the made-up ids of its address."""

fuzzing = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(600)  # half a minute where nothing else runs
@pytest.mark.parametrize(("slug", "other"), [("intake", "victim-support"), ("victim-support", "intake")])
async def test_every_answer_is_documented_and_none_is_a_server_error(
    slug: str, other: str, issuer: str, kit_for: KitFor, client_for: ClientFor
) -> None:
    services = installed_services()
    kit = await kit_for(services[slug], oidc_issuer=issuer, oidc_client_secret=CLIENT_SECRET)
    there = await desks(kit, await kit_for(services[other]), await client_for(kit))
    described = schemathesis.openapi.from_dict(build_app(kit).openapi())

    wrong, done = await asyncio.to_thread(fuzz, there, described)

    assert not wrong, "\n\n".join(wrong[:20])
    assert done == {each.ok().label for each in described.get_all_operations()}, "each was let in at least once"


def fuzz(there: Desks, described: BaseSchema) -> tuple[list[str], set[str]]:
    """What is wrong with answers, and the operations that somebody was let into. Changes come first, so that readings find
    what they made."""
    wrong: list[str] = []
    done = set()
    for operation in sorted((each.ok() for each in described.get_all_operations()), key=lambda o: o.method == "get"):
        known = there.known(operation)
        able = there.who_may(operation, known)
        if able:
            done.add(operation.label)
        for mode in modes(operation):
            wrong += fuzz_operation(there, operation, mode, able, known)
    return wrong, done


def modes(operation: Operation) -> list[GenerationMode]:
    """What takes nothing cannot be given anything wrong."""
    takes = operation.body or any(True for _ in operation.iter_parameters())
    return list(EXAMPLES) if takes else [GenerationMode.POSITIVE]


def fuzz_operation(
    there: Desks, operation: Operation, mode: GenerationMode, able: list[str], known: dict[str, list[str]]
) -> list[str]:
    wrong = []

    @settings(fuzzing, max_examples=EXAMPLES[mode])
    @given(operation.as_strategy(mode), st.sampled_from(able), st.integers(0, 1_000))
    def ask(case: Case, caller: str, number: int) -> None:
        if mode is GenerationMode.POSITIVE and number % (KNOWN + 1) < KNOWN:
            case.path_parameters |= {name: ids[number % len(ids)] for name, ids in known.items()}
        for token in (None, there.callers[caller]()):
            answer = there.send(case, token)
            if token is None and answer.status_code < 400:
                wrong.append(f"{operation.label} answered a stranger with {answer.status_code}")
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as failed:
                wrong.append(f"{operation.label}, asked by {caller if token else 'a stranger'}: {failed}")

    ask()
    return wrong
