"""docs/features.md promises nothing that no test holds."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TABLE = (ROOT / "docs" / "features.md").read_text()
PROMISES = re.findall(r"`([\w./-]+\.py)(?:::(test_\w+))?`", TABLE.replace("`tests/contracts/test_features.py`", ""))


@pytest.mark.parametrize(("file", "test"), sorted(set(PROMISES)))
def test_each_promise_names_a_test_that_is_there(file: str, test: str) -> None:
    source = ROOT / file
    assert source.is_file(), file
    assert not test or re.search(rf"^(async )?def {test}\(", source.read_text(), re.MULTILINE), test


def test_every_row_names_a_test() -> None:
    rows = [
        line for line in TABLE.splitlines() if line.startswith("| ") and not line.startswith(("| feature", "| seen"))
    ]
    assert len(rows) > 50
    assert [row for row in rows if "test_" not in row] == []
