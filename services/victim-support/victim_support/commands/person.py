"""What is sealed about a person when a case opens."""

from ansim.web.commands import Command, Line, Text


class PersonFacts(Command):
    """What is sealed: it never leaves the journal's sealed column, and each look at it is on record."""

    name: Line
    contact: Line | None = None
    note: Text | None = None

    def sealed(self) -> dict[str, str]:
        texts = {"name": self.name, "contact": self.contact, "note": self.note}
        return {field: text for field, text in texts.items() if text}
