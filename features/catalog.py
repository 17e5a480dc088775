"""Every behaviour, found by looking at the modules of this package. `python -m features.catalog` prints their page."""

import ast
import hashlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module

from expectations import gold_day
from expectations.table import Column, Table
from features import copresence, desk, doubt, habit, lone, passages, rows, silence, together, usual_ways, walks
from features.behaviour import Behaviour, Channel

MODULES = (
    "presence",
    "silence",
    "access",
    "refusals",
    "movement",
    "feasibility",
    "routes",
    "reach",
    "structure",
    "together",
    "circles",
    "logon",
    "mail",
    "removable_media",
    "file_copy",
    "web",
    "alarms",
)
"""Where behaviours are declared, in the order their columns stand in."""

VOCABULARY = (
    *(habit.GUARD, rows.LEARNING, rows.RARE, habit.MEMORY_ELSE, tuple(habit.MEMORY.items())),
    *(passages.AGAIN, doubt.PEOPLE, doubt.ONE_IN, walks.STOP, walks.NEXT_DOOR, walks.BANDS),
    *(usual_ways.ROLE_WEIGHS, usual_ways.SITE_WEIGHS, usual_ways.DOORS_WEIGH, usual_ways.WEEK),
    *(copresence.LEAST_SECONDS, copresence.TOGETHER_SECONDS, lone.BADGED_TOGETHER, desk.APART),
    *(tuple(silence.BESIDE.items()), together.TOLD_SINCE),
)
"""Constants that every definition leans on."""


def found(module: str) -> Iterator[Behaviour]:
    """The module's behaviours, in the order they are written."""
    for value in vars(import_module(f"features.{module}")).values():
        if isinstance(value, Behaviour):
            yield value


BEHAVIOURS: tuple[Behaviour, ...] = tuple(behaviour for module in MODULES for behaviour in found(module))

PERSON_DAY: Table = replace(
    gold_day.PERSON_DAY,
    columns=(
        *gold_day.PERSON_DAY.columns,
        *(Column(b.name, "double", b.headline, unit=b.unit, required=False) for b in BEHAVIOURS),
    ),
)
"""gold.person_day with a column for each behaviour."""


UNEXCUSED = frozenset(behaviour.name for behaviour in BEHAVIOURS if not behaviour.excused)
"""Behaviours that no habit explains: see Behaviour.excused."""


def behaviour(name: str) -> Behaviour:
    """The behaviour of that name."""
    return next(behaviour for behaviour in BEHAVIOURS if behaviour.name == name)


def fingerprint() -> str:
    """Hash of names, order and definitions: what was learnt under one catalogue is not read under another."""
    return hashlib.sha256(repr(channels()).encode()).hexdigest()[:16]


@cache
def channels() -> tuple[Channel, ...]:
    """The behaviours in their order, each with the hash of its definition."""
    return tuple((b.name, defined(b)) for b in BEHAVIOURS)


def defined(b: Behaviour) -> str:
    """Hash of a behaviour's definition and of the vocabulary that it leans on.

    Sentences and documentation are not part of it: they may be mended without learning anew.
    """
    known = ("once known",) if b.once_known else ()
    told = (b.name, b.source, b.family, b.kind, b.tail, b.absent, b.excused, definition(b.expression), *known)
    return hashlib.sha256(repr((VOCABULARY, told)).encode()).hexdigest()[:16]


def definition(expression: Callable[..., object]) -> str:
    """What the function returns, as text without decorator, docstring and layout."""
    (function,) = ast.parse(inspect.getsource(expression)).body
    assert isinstance(function, ast.FunctionDef)
    return "; ".join(ast.unparse(statement) for statement in function.body[1:])


def page() -> str:
    """The catalogue as Markdown: the text of docs/behaviours.md."""
    lines = [
        "# Behaviours",
        "",
        f"{len(BEHAVIOURS)} numbers about a person's day, generated from their declarations by "
        "`python -m features.catalog > docs/behaviours.md`.",
        "",
        "*Absent* is the value on a day on which other feeds saw the person and this one did not; — is NULL, not "
        "applicable; *once known*, NULL on every day until the person is known for four weeks. New means first seen "
        "less than a fortnight ago, or never: see `features/habit.py`. Of bits a sentence says `odds`, once in so "
        "many, or so many `times`.",
    ]
    for module in MODULES:
        lines += [
            "",
            f"## {module.replace('_', ' ')}",
            "",
            str(import_module(f"features.{module}").__doc__).strip(),
            "",
        ]
        lines += ["| behaviour | what it is | unit | strange when | family | absent | said as | innocent when |"]
        lines += ["|---|---|---|---|---|---|---|---|"]
        for b in found(module):
            absent = "—" if b.absent is None else f"{b.absent:g}" + (", once known" if b.once_known else "")
            doc = " ".join(b.doc.split())
            cells = (f"`{b.name}`", doc, b.unit, b.tail, b.family, absent, b.says, b.innocent)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
