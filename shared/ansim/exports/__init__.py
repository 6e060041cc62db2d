"""Taking a list out of the house as a file: with a reason, by few, and on record for every person in it.

listing    what a service lets out: a list of the columns of its read tables, filtered as its page is; nothing sealed
writing    CSV and XLSX, safe against formulas, written row by row
making     one export: file, access record and event in one transaction, so that what left is what is on record
screen     `/exports` as pages and JSON
"""

from ansim.exports.listing import Column, Listing, column
from ansim.exports.making import EXPORTERS, MOST_ROWS, ExportDesk, may_export
from ansim.exports.screen import export_api, export_pages

__all__ = [
    "EXPORTERS",
    "MOST_ROWS",
    "Column",
    "ExportDesk",
    "Listing",
    "column",
    "export_api",
    "export_pages",
    "may_export",
]
