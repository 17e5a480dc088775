"""What may be told of a file's first line: where a header is missing, a person's row stands there."""

from collections.abc import Iterable, Sequence


def came(header: Sequence[str], known: Iterable[str]) -> str:
    """How many columns came, and which of the `known` names are among them; of the others no word is repeated."""
    if not header:
        return "no header"
    folded = {name.casefold() for name in header}
    names = dict.fromkeys(name for name in known if name.casefold() in folded)
    return f"{len(header)} columns, of known names {', '.join(names) or 'none'}"
