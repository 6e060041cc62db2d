"""Sets of codes as columns hold them: sorted, so that equal sets make equal rows."""


def in_order(codes: frozenset[str]) -> list[str]:
    return sorted(str(code) for code in codes)
