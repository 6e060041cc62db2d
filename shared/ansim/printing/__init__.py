"""Documents on paper: tagged PDF (PDF/UA-1) from Typst templates.

What people wrote goes in as data, never as markup, so nothing in it is carried out. The typeface comes from the built
assets; a machine without them says so instead of printing empty boxes.
"""

from ansim.printing.printer import Printer

__all__ = ["Printer"]
