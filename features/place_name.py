"""How a place is told to people: by its name, or by a short code where it has a pseudonym."""

from features.pseudonym import code
from features.together import WHO

CODED = dict.fromkeys(WHO, "P") | {"medium": "M", "counterpart": "A"}
"""Kinds of place that are a pseudonym: of a person, a medium or an address; with the letter before the code."""


def place_name(kind: str, place: str) -> str:
    """A door, zone or machine by its name, a sort of file as `*.pdf`, what is a pseudonym by its code."""
    if kind in CODED:
        return code(int(place), CODED[kind])
    return f"*.{place}" if kind == "extension" else place
