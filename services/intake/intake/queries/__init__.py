"""What intake's screens and API read: rows of the read tables, as values. No personal data is in any of them."""

from .counts import Counts, counts
from .mailbox import MailboxRow, MessageRow, find_mailbox, mailbox, messages_of, waiting_mailboxes
from .published import PUBLISHED, Published, published
from .referral import HandOffRow, hand_off, hand_off_counts, hand_offs, hand_offs_of, waiting_hand_offs
from .report import (
    ALL_REPORTS,
    LONGEST_QUEUE,
    REPORT_FILTER,
    REPORT_FILTERS,
    Link,
    ReportRow,
    Show,
    links_of,
    queue,
    report,
    report_of_receipt,
    reports,
    reports_numbered,
    reports_of_ids,
)

__all__ = [
    "ALL_REPORTS",
    "LONGEST_QUEUE",
    "PUBLISHED",
    "REPORT_FILTER",
    "REPORT_FILTERS",
    "Counts",
    "HandOffRow",
    "Link",
    "MailboxRow",
    "MessageRow",
    "Published",
    "ReportRow",
    "Show",
    "counts",
    "find_mailbox",
    "hand_off",
    "hand_off_counts",
    "hand_offs",
    "hand_offs_of",
    "links_of",
    "mailbox",
    "messages_of",
    "published",
    "queue",
    "report",
    "report_of_receipt",
    "reports",
    "reports_numbered",
    "reports_of_ids",
    "waiting_hand_offs",
    "waiting_mailboxes",
]
