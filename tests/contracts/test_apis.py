"""The JSON APIs of all five services describe themselves, keep strangers out and take repeats in one way."""

import re
from importlib.metadata import entry_points
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from ansim.runtime import Service, build_app
from ansim.testing.kits import ClientFor, KitFor
from ansim.web import Command

SERVICES: dict[str, Service] = {point.name: point.load() for point in entry_points(group="ansim.services")}
SET = {"enum", "const", "format"}
CHANGING = ("post", "put", "patch", "delete")


def operations(described: dict[str, Any], *methods: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, known in described["paths"].items()
        if path.startswith("/api/v1/")
        for method, operation in known.items()
        if method in methods
    ]


def parameters(operation: dict[str, Any], place: str) -> set[str]:
    return {known["name"] for known in operation.get("parameters", []) if known["in"] == place}


def test_all_five_services_are_here() -> None:
    assert SERVICES.keys() == {"intake", "victim-support", "counseling", "monitoring", "analytics"}


@pytest.mark.parametrize("slug", sorted(SERVICES))
async def test_the_api_is_described_and_lists_and_changes_are_asked_for_in_one_way(slug: str, kit_for: KitFor) -> None:
    described = build_app(await kit_for(SERVICES[slug])).openapi()

    assert described["openapi"].startswith("3.1")
    assert operations(described, "get")
    changing = operations(described, *CHANGING)
    assert [path for _, path, known in changing if "Idempotency-Key" not in parameters(known, "header")] == []
    queries = {name for _, _, known in operations(described, "get") for name in parameters(known, "query")}
    assert not queries & {"before", "cursor", "page", "offset"}
    for _, path, known in operations(described, "get"):
        schema = known["responses"]["200"]["content"]["application/json"]["schema"]
        if "after" in parameters(known, "query"):
            answer = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
            assert answer["properties"].keys() == {"items", "next"}, path


@pytest.mark.parametrize("slug", sorted(SERVICES))
async def test_refusals_are_described_once_and_every_operation_names_its_own(slug: str, kit_for: KitFor) -> None:
    described = build_app(await kit_for(SERVICES[slug])).openapi()

    refusals = described["components"]["responses"]
    assert {name for refusal in refusals.values() for name in refusal["content"]} == {"application/problem+json"}
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert "HTTPValidationError" not in described["components"]["schemas"]
    for method, path, known in operations(described, "get", *CHANGING):
        named = {status for status, answer in known["responses"].items() if "$ref" in answer}
        assert named >= {"401", "403", "404", "422", "503"}, path
        assert (method == "get") or named == refusals.keys(), path


@pytest.mark.parametrize("slug", sorted(SERVICES))
async def test_without_a_token_every_address_answers_401_as_a_problem(
    slug: str, kit_for: KitFor, client_for: ClientFor
) -> None:
    kit = await kit_for(SERVICES[slug])
    stranger = await client_for(kit)

    for method, path, _ in operations(build_app(kit).openapi(), "get", *CHANGING):
        answer = await stranger.request(method, re.sub(r"\{[^}]+\}", str(UUID(int=1)), path))
        assert answer.status_code == 401, (method, path, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json"), path
        assert answer.json()["status"] == 401


NOT_SEARCHED = {("LogSighting", "url"), ("Unsent", "text")}
"""Addresses of posts: a time in one looks like a resident registration number, and it could not be reported then. And a letter
that is only put back into its form, never stored: it is searched when it is sent."""


def commands_of_services(command: type[Command] = Command) -> list[type[Command]]:
    packages = {service.package for service in SERVICES.values()}
    below = [each for child in command.__subclasses__() for each in (child, *commands_of_services(child))]
    return [each for each in below if each.__module__.partition(".")[0] in packages]


def test_every_text_that_people_write_refuses_a_resident_registration_number() -> None:
    asked = []
    for command in commands_of_services():
        for name, known in command.model_json_schema().get("properties", {}).items():
            plain = [kind for kind in known.get("anyOf", [known]) if kind.get("type") == "string"]
            if (command.__name__, name) in NOT_SEARCHED or not any(k.keys().isdisjoint(SET) for k in plain):
                continue
            with pytest.raises(ValidationError) as refused:
                command.model_validate({name: "번호는 990101-2345678"})
            said = [str(e.get("ctx", {}).get("error")) for e in refused.value.errors() if e["loc"] == (name,)]
            assert any("resident registration number" in each for each in said), (command, name)
            asked.append((command.__module__.partition(".")[0], name))

    assert {package for package, _ in asked} == {"intake", "victim_support", "counseling", "monitoring"}
