"""docs/exports.md tells every column of every list that may leave a service."""

from importlib import import_module
from pathlib import Path

import pytest

from ansim.contracts import label
from ansim.exports import ExportDesk

DOCUMENT = Path(__file__).parents[2] / "docs/exports.md"
DESKS: dict[str, ExportDesk] = {
    package: import_module(f"{package}.exporting").DESK for package in ("intake", "victim_support")
}


def told(desk: ExportDesk) -> list[str]:
    """The lines of the document about one desk."""
    lines = []
    for listing in desk.listings:
        columns = ", ".join(f"{label(c.code, 'en')} ({label(c.code, 'ko')})" for c in listing.columns)
        filters = "; ".join(f"`{f.name}`: " + ", ".join(f"`{value}`" for value in f.choices) for f in listing.filters)
        lines.append(f"| `{listing.code}` | {columns} | {filters} |")
    return lines


@pytest.mark.parametrize("package", DESKS)
def test_the_document_tells_every_column_and_filter(package: str) -> None:
    written = DOCUMENT.read_text(encoding="utf-8").splitlines()
    assert [line for line in told(DESKS[package]) if line not in written] == []
