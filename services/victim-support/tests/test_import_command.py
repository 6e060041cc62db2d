"""`ansim import` as an operator gives it: a process of its own, on a real database, killed and begun again.

ANSIM_IMPORT_ROWS says how many rows the killed one has; its rate and the most memory it held are printed.
"""

import asyncio
import base64
import os
import re
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from ansim.testing.servers import ServiceDatabase

pytestmark = pytest.mark.timeout(180)  # each starts the command as a process several times
ROWS = int(os.environ.get("ANSIM_IMPORT_ROWS", "250"))
HEADINGS = "관리번호,개시일,이름,연락처,연령대,피해 유형\n"


@dataclass
class Centre:
    """Files, and the database that the command is given."""

    folder: Path
    database: str
    environment: dict[str, str]

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "ansim.cli", "import", "victim-support", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        with self.begin(*arguments) as process:
            said, told = process.communicate(timeout=3_000)
        return process.returncode, said, told

    def sheet(self, name: str, *rows: str) -> str:
        path = self.folder / name
        path.write_text(HEADINGS + "\n".join(rows) + "\n", encoding="cp949")
        return str(path)

    def ask(self, query: str) -> int:
        async def fetch() -> int:
            conn = await asyncpg.connect(self.database)
            try:
                await conn.execute("select set_config('ansim.actor', 'test', false)")
                await conn.execute("select set_config('ansim.all_teams', 'on', false)")
                return int(await conn.fetchval(query))
            finally:
                await conn.close()

        return asyncio.run(fetch())


@pytest.fixture
def centre(
    tmp_path: Path,
    service_database: Callable[[str], ServiceDatabase],
    keys_database: Callable[[str], ServiceDatabase],
) -> Centre:
    database = service_database("victim_support").url
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIM_")} | {
        "ANSIM_MODE": "demo",
        "ANSIM_STATE": str(tmp_path / "state"),
        "ANSIM_DATABASE_URL": database,
        "ANSIM_KEYS_URL": keys_database("victim_support").url,
        "ANSIM_KEK": base64.b64encode(bytes(range(32))).decode(),
        "ANSIM_OIDC_ISSUER": "http://127.0.0.1:1",
    }
    return Centre(tmp_path, database, environment)


def row(number: int, name: str = "가온 (가상)", band: str = "14~16세") -> str:
    return f"V-{number},2021-03-04,{name},010-0000-{number % 10_000:04},{band},온라인 그루밍"


def test_bad_rows_are_in_the_report_and_the_exit_code_says_so(centre: Centre) -> None:
    sheet = centre.sheet("cases.csv", row(1), row(2, band="마흔"), row(3))

    code, said, told = centre.run(sheet, "--as", "supervisor")

    assert (code, told) == (1, "")
    assert "CSV, CP949" in said
    assert "3 rows: 2 taken in, 0 here already, 0 here with other words, 1 refused" in said
    assert "personal data" in said
    report = centre.folder / "cases.not-taken-in.csv"
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert "연령대: 이 목록에 없는 말입니다" in report.read_text(encoding="utf-8-sig")
    assert centre.ask("select count(*) from support_case") == 2
    assert centre.ask("select count(*) from access_record where place = 'import:supervisor' and action = 'wrote'") == 2
    assert "가온" not in said, "what is printed may be kept in a terminal's history"


def test_a_dry_run_and_then_the_whole_file_end_with_0(centre: Centre) -> None:
    sheet = centre.sheet("cases.csv", row(1), row(2))

    dry, said, _ = centre.run(sheet, "--as", "supervisor", "--dry-run")
    assert (dry, centre.ask("select count(*) from journal")) == (0, 0)
    assert "2 would be taken in" in said
    assert "nothing was written" in said

    assert centre.run(sheet, "--as", "supervisor")[0] == 0
    code, said, _ = centre.run(sheet, "--as", "supervisor")
    assert code == 0
    assert "2 here already" in said


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("{sheet}", "--as", "nobody"), "no active member of staff"),
        (("{sheet}", "--as", "analyst"), "may not import"),
        (("{folder}/none.csv", "--as", "supervisor"), "읽을 수 없습니다"),
        (("{folder}/none.csv", "--as", "supervisor", "--language", "en"), "cannot be read"),
        (("{sheet}", "--as", "supervisor", "--language", "fr"), "no language fr"),
        (("{sheet}", "--as", "supervisor", "--report", "{sheet}"), "overwrite"),
        (("{sheet}", "--as", "supervisor", "--report", "{folder}/a.txt"), ".csv or an .xlsx"),
        (("{headless}", "--as", "supervisor", "--language", "en"), "This column is missing"),
    ],
)
def test_what_is_wrongly_asked_ends_with_2_and_begins_nothing(
    centre: Centre, arguments: tuple[str, ...], why: str
) -> None:
    (centre.folder / "headless.csv").write_text("a,b\n1,2\n")
    names = {
        "sheet": centre.sheet("cases.csv", row(1)),
        "folder": str(centre.folder),
        "headless": str(centre.folder / "headless.csv"),
    }

    code, _, told = centre.run(*(argument.format(**names) for argument in arguments))

    assert code == 2
    assert why in told
    assert centre.ask("select count(*) from journal") == 0


@pytest.mark.timeout(3_600)
def test_killed_in_the_middle_and_begun_again_every_row_is_in_once(centre: Centre) -> None:
    sheet = centre.sheet("cases.csv", *(row(number) for number in range(ROWS)), row(ROWS, band="마흔"))
    with centre.begin(sheet, "--as", "supervisor") as process:
        deadline = time.monotonic() + 120
        while centre.ask("select count(*) from support_case") < min(ROWS // 3, 2_000):
            assert time.monotonic() < deadline
            assert process.poll() is None, "it was over before it could be killed"
        process.send_signal(signal.SIGKILL)
    before = centre.ask("select count(*) from support_case")

    begun = time.monotonic()
    code, said, _ = centre.run(sheet, "--as", "supervisor")

    seconds, memory = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{ROWS} rows, {before} of them before the kill; the rest at {(ROWS - before) / seconds:.0f}/s, {memory} MB")
    assert 0 < before < ROWS
    assert code == 1
    found = re.search(r"(\d+) taken in, (\d+) here already", said)
    assert found is not None
    assert int(found[1]) + int(found[2]) == ROWS
    assert centre.ask("select count(*) from support_case") == ROWS
    assert centre.ask("select count(*) from journal where type like '%case.opened%'") == ROWS
    assert centre.ask("select count(distinct number) from support_case") == ROWS
