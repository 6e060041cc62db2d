"""Import: a centre's spreadsheets become records, row by row, through the commands that people use.

IMPORTS = Import("case", (Column(…), …), deeds)      a service says it once, in its `imports.py`
ansim import victim-support FILE.xlsx --as worker    and staff carry it out
"""

from ansim.imports.columns import Column, Deed, Import, Kind, Row, RowErrors
from ansim.imports.reading import Sheet, Unreadable, open_sheet
from ansim.imports.running import Done, Importer, Keeper, Outcome, Result

__all__ = [
    "Column",
    "Deed",
    "Done",
    "Import",
    "Importer",
    "Keeper",
    "Kind",
    "Outcome",
    "Result",
    "Row",
    "RowErrors",
    "Sheet",
    "Unreadable",
    "open_sheet",
]
