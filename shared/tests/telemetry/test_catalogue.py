from pathlib import Path

import pytest

from ansim.telemetry.catalogue import render

DOCUMENTS = Path(__file__).parents[3] / "docs" / "catalogue"


@pytest.mark.parametrize(("name", "text"), render().items(), ids=lambda each: str(each)[:12])
def test_the_generated_document_is_not_stale(name: str, text: str) -> None:
    assert (DOCUMENTS / name).read_text() == text, "run `python -m ansim.telemetry`"
