"""`ansim verify-access-record`: is every entry still as it was written?"""

import asyncio
import json

import asyncpg

from ansim.access.chain import Head, Verdict, Wrong, verify
from ansim.cli.surroundings import settings_for
from ansim.errors import Fatal
from ansim.runtime.kit import access_record_key
from ansim.runtime.service import installed_services

__all__ = ["verify_access_record"]

_SAID = {
    Wrong.CHANGED: "entry {record} was changed, or its link {link}",
    Wrong.DELETED: "entry {record} was deleted (link {link} still names it)",
    Wrong.INSERTED: "entry {record} was inserted without a link, or its link was taken away",
    Wrong.CUT_OFF: "link {link} is not what was written down: the end was cut off or made anew",
    Wrong.LINK_MISSING: "link {link} was taken away",
}


def verify_access_record(slugs: list[str], head: str, *, as_json: bool) -> int:
    """0 when every record is whole, 1 otherwise. Raises Fatal for an unknown service or a head that is none."""
    known = installed_services()
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        raise Fatal(f"no service {unknown[0]!r}; installed: {', '.join(known)}")
    if head and len(slugs) != 1:
        raise Fatal("a head belongs to one service: name it")
    try:
        written_down = Head.read(head) if head else None
    except ValueError as error:
        raise Fatal("a head is written as 1234:<64 hexadecimal digits>") from error
    verdicts = {slug: asyncio.run(_check(slug, written_down)) for slug in slugs or list(known)}
    print(json.dumps(_plain(verdicts), indent=1) if as_json else "\n".join(_lines(verdicts)))
    return 0 if all(verdict.whole for verdict in verdicts.values()) else 1


async def _check(slug: str, head: Head | None) -> Verdict:
    settings = settings_for(slug)
    conn = await asyncpg.connect(settings.database_url.get_secret_value(), timeout=20)
    try:
        return await verify(conn, access_record_key(settings, slug), head)
    finally:
        await conn.close()


def _lines(verdicts: dict[str, Verdict]) -> list[str]:
    lines = []
    for slug, verdict in verdicts.items():
        lines += [
            f"{slug}: {_SAID[each.wrong].format(link=each.link, record=each.record)}" for each in verdict.findings
        ]
        if verdict.whole:
            lines.append(f"{slug}: {verdict.entries:,} entries, whole; head {verdict.head}")
    return lines


def _plain(verdicts: dict[str, Verdict]) -> list[dict[str, object]]:
    return [
        {
            "service": slug,
            "whole": verdict.whole,
            "entries": verdict.entries,
            "head": str(verdict.head),
            "findings": [{"wrong": e.wrong.value, "link": e.link, "entry": e.record} for e in verdict.findings],
        }
        for slug, verdict in verdicts.items()
    ]
