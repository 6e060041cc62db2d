"""What the screens and the API read. Nothing here holds personal data: sealed texts are opened through the journal.

Rows are values with typed codes. Their `person` is our own pseudonym: for the access record, never for a screen or an
answer. `queries.cases` and `queries.referrals` are the queries, not the files of the same name.
"""

from victim_support.queries.cases import CaseFilter, CaseRow, case, cases, sealed_texts
from victim_support.queries.consents import ConsentRow, consent, consents_of
from victim_support.queries.items import ItemRow, ItemView, due_items, item, items_of, open_items, week_items
from victim_support.queries.record import HAPPENED, happened, happened_on
from victim_support.queries.referrals import (
    REFERRAL_FILTER,
    REFERRAL_FILTERS,
    ReferralRow,
    referral,
    referrals,
    waiting_referrals,
)
from victim_support.queries.today import Counts, counts
from victim_support.queries.told_before import ToldRow, ToldState, to_fetch, told_before

__all__ = [
    "HAPPENED",
    "REFERRAL_FILTER",
    "REFERRAL_FILTERS",
    "CaseFilter",
    "CaseRow",
    "ConsentRow",
    "Counts",
    "ItemRow",
    "ItemView",
    "ReferralRow",
    "ToldRow",
    "ToldState",
    "case",
    "cases",
    "consent",
    "consents_of",
    "counts",
    "due_items",
    "happened",
    "happened_on",
    "item",
    "items_of",
    "open_items",
    "referral",
    "referrals",
    "sealed_texts",
    "to_fetch",
    "told_before",
    "waiting_referrals",
    "week_items",
]
