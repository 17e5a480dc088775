"""What is wrong with a site's configuration, as a sentence in the words of its file, with what to write instead."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import get_args
from zoneinfo import available_timezones

from pydantic import BaseModel

from feeds.site import Site

SHOWN = 12
"""Known names listed in an error before it points to the example instead."""
PLAIN = {
    "string_type": "write text, in quotes where YAML would read a number, a date or true",
    "string_too_short": "write a name",
    "tuple_type": "write a list, such as [one, another]",
}
"""Kinds of complaint whose words are pydantic's own."""


def explained(loc: Sequence[int | str], kind: str, message: str, given: object) -> str:
    """One complaint of pydantic as a sentence with a next step."""
    # Branches of a union come with the branch's own name in the path.
    keys = [str(part) for part in loc if not str(part).startswith(("literal[", "function-"))]
    path, said = ".".join(keys), message.removeprefix("Value error, ")
    if not keys:
        return said
    if kind == "extra_forbidden":
        return f"unknown key {path!r}: {instead(keys[-1], keys_at(keys[:-1]))}"
    if kind == "missing":
        return f"{path!r} is missing: add it (sites/example.yaml shows one)"
    if keys[-1] == "time_zone":
        also = ["site"] if keys[0] == "feeds" else []
        return f"{path} is {given!r}, not an IANA time zone: {instead(str(given), [*also, *available_timezones()])}"
    if kind == "too_short" and keys == ["feeds"]:
        return (
            "feeds names no log: write one key for each log that is landed, such as 'access' (see sites/example.yaml)"
        )
    if isinstance(given, dict) and given:
        # What keys say together is told of them, not of all that stands there.
        return f"{path}: {said}"
    found = f"{path} has no value" if given is None else f"{path} is {given!r}"
    return f"{found}: {plain(keys, kind, said)}"


def plain(keys: Sequence[str], kind: str, said: str) -> str:
    """What to write where a value of another shape stands."""
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        if keys[0] == "feeds" and len(keys) == 2:
            return "write its keys below it, or {} when the log has our own columns (see sites/example.yaml)"
        return "write its keys below it (see sites/example.yaml)"
    return PLAIN.get(kind, said.replace("Input should be", "expected"))


def instead(wrong: str, known: Iterable[str]) -> str:
    """What the writer may have meant."""
    names = sorted(known)
    folded = {name.casefold(): name for name in names}
    close = [folded[match] for match in get_close_matches(wrong.casefold(), folded, n=3, cutoff=0.6)]
    # A city alone is the commonest slip in a time zone.
    close = close or [name for name in names if name.casefold().endswith("/" + wrong.casefold())][:3]
    if close:
        return "did you mean " + " or ".join(repr(name) for name in close) + "?"
    shown = ", ".join(names[:SHOWN])
    return f"write one of {shown}" + (" … (see sites/example.yaml)" if len(names) > SHOWN else "")


def keys_at(keys: Sequence[str]) -> list[str]:
    """The keys that the configuration knows below a path."""
    at: type[BaseModel] | None = Site
    for key in keys:
        fields = {field.alias or name: field for name, field in at.model_fields.items()} if at else {}
        # Names that the site chose (of a feed, of a list's entry) lead no further down the declaration.
        at = model_in(fields[key].annotation) if key in fields else at
    return [field.alias or name for name, field in at.model_fields.items()] if at else []


def model_in(annotation: object) -> type[BaseModel] | None:
    """The declaration inside an annotation such as tuple[ZoneFacts, ...]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(model_in, get_args(annotation))), None)
