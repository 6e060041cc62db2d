"""Finding a record by its number, or by an exact name or telephone number that is only there sealed.

finding   what a service says of its records (`Finder`, `Hit`), and the search itself: through the service's own tables, so
          that whoever may not see a record does not find it, and on the access record
screen    `/find` as a page and as JSON
reindex   the blind index written anew from the journal
"""

from ansim.find.finding import Finder, Hit, SearchBy, search
from ansim.find.reindex import Reindexed, reindex
from ansim.find.screen import find_api, find_pages

__all__ = ["Finder", "Hit", "Reindexed", "SearchBy", "find_api", "find_pages", "reindex", "search"]
