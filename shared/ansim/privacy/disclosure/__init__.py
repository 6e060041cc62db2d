"""Who a person is, shown to somebody without a right to it, by the decision of a second person.

decide     the rules: pure
keeping    commands, and the table of disclosures
screen     asking, the queue, deciding, viewing
api        the same for programs
"""
