"""docs/imports.md, made from the columns themselves."""

from typing import Final

from ansim.contracts import label
from ansim.imports.columns import Column, Kind
from ansim.runtime.service import Service, installed_services

__all__ = ["render"]

_HEAD: Final = """# Importing a centre's spreadsheets (기존 자료 가져오기)

Made by `make docs` from the services' columns; do not edit.

```
ansim import intake reports.xlsx --as intake-officer --dry-run      # says what would happen, writes nothing
ansim import victim-support cases.csv --as support-worker           # good rows go in, bad ones into the report
```

| | |
|---|---|
| files | `.csv` in UTF-8 or CP949 (which one was read is said), separated by comma, semicolon or tab; `.xlsx`, its first sheet. The first row holds the headings, in Korean or English |
| `--as` | in whose name: the sign-in name of an active member of staff who may import. The journal says `system:import` with their name, the access record the sign-in name |
| `--dry-run` | every check that needs no writing; a row may still be refused later by what is in the database by then |
| `--report` | where the rows not taken in go, `.csv` or `.xlsx`; else beside the file. The original row with what to do at each column. **It holds personal data**: only its owner can read it; delete it when the rows are mended. Mended, it can be imported as it is |
| `--language` | of the report: `ko` (as usual) or `en` |
| exit code | 0 every row is in · 1 some were refused · 2 nothing was begun: wrong service, file, heading or name |
| again | the same file again changes nothing, also after a `kill -9` in the middle. A row whose number is here with other words is reported and never overwritten |
| past | a day without a time is its morning in Seoul; `2021-03-04`, `2021.3.4`, `2021. 3. 4.`, `2021년 3월 4일`, with `14:20` after it where the time is known |
| lists | a code (`14_16`) or its word in either language (`14–16세`); several with `;` or `,` between |
| never | a row that holds a resident registration number anywhere is refused, and the number is not written into the report |

Empty rows and columns with other headings are left out. Rows are taken in one by one, through the same commands and with the same
refusals as the screens; one that is refused never stops the others. Neither the file nor the external numbers are kept: a keyed digest
tells whether a number is here already.
"""


def render() -> str:
    """The whole document."""
    parts = [_HEAD]
    for slug, service in installed_services().items():
        if service.imports is not None:
            parts.append(_service(slug, service))
    return "\n".join(parts)


def _service(slug: str, service: Service) -> str:
    taken = service.imports
    assert taken is not None
    roles = ", ".join(f"`{role}`" for role in taken.roles)
    lines = [
        f"## {service.title}: {taken.what}\n",
        f"`ansim import {slug} FILE --as …`, for {roles}.\n",
        "| heading | 제목 | required | holds | 내용 |",
        "|---|---|---|---|---|",
    ]
    for column in taken.columns:
        needed = "yes" if column.required else ""
        sealed = " Sealed." if column.personal else ""
        lines.append(f"| `{column.name}` | {column.korean} | {needed} | {column.help}{sealed} | {column.help_korean} |")
    lists = [column for column in taken.columns if column.codes is not None]
    lines += ["", f"### Words of the lists of {taken.what}\n", "| heading | words |", "|---|---|"]
    lines += [f"| `{column.name}` | {_codes(column)} |" for column in lists]
    return "\n".join(lines) + "\n"


def _codes(column: Column) -> str:
    assert column.codes is not None
    several = "several: " if column.kind is Kind.CODES else ""
    return several + ", ".join(f"`{code}` {label(code, 'ko')}" for code in column.codes)
