"""What can be imported is documented, and every column of it can be read in both languages."""

from pathlib import Path

import pytest

from ansim.imports.columns import NUMBER, Column
from ansim.imports.document import render
from ansim.runtime.service import Service, installed_services

IMPORTING = [service for service in installed_services().values() if service.imports is not None]


def columns(service: Service) -> tuple[Column, ...]:
    assert service.imports is not None
    return service.imports.columns


def test_the_document_of_columns_is_current() -> None:
    assert (Path(__file__).parents[2] / "docs/imports.md").read_text() == render(), "run `make docs`"


def test_intake_and_victim_support_take_spreadsheets() -> None:
    assert {service.slug for service in IMPORTING} == {"intake", "victim-support"}


@pytest.mark.parametrize("service", IMPORTING, ids=lambda service: service.slug)
def test_every_column_has_headings_and_words_in_both_languages(service: Service) -> None:
    assert service.imports is not None
    assert columns(service)[0].name == NUMBER
    assert columns(service)[0].required
    headings = [heading for column in columns(service) for heading in (column.name, column.korean)]
    assert len(service.imports.headings) == len(headings), "no two headings are the same"
    assert all(column.help and column.help_korean for column in columns(service))
    assert service.imports.roles
