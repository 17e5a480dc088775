"""A behaviour: one number about one person's day, with the sentence that says it aloud.

Declared by decorating a small function that returns an aggregate over the person-day's place rows (gold.place_day).
Name, unit, sentence and innocent explanations stand beside the expression; surprise, catalogue page, driver sentences,
evidence and the tests for nulls, look-ahead and determinism are derived.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from features.figure import Figure

if TYPE_CHECKING:
    from pyspark.sql import Column

Channel = tuple[str, str]
"""A behaviour's name and the hash of its definition. A detector is known by its name alone: its hash is empty."""

Kind = Literal["count", "hour", "share", "minutes", "bytes", "flag", "amount", "excess"]
"""Which tail model fits: see models.tail. An amount is a non-negative real number without a heavier tail of its own; an
excess is bits of a chance already reckoned, beyond what explains a thing."""
Tail = Literal["high", "low", "both"]
"""Which side is strange."""
Family = Literal[
    "presence",
    "hours",
    "places",
    "relations",
    "movement",
    "route",
    "structure",
    "refusals",
    "together",
    "mail",
    "outside",
    "transfer",
    "web",
    "alarms",
]
"""What it is about: behaviours of one family are fused before families are."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One behaviour, as declared. `says` is formatted with `value`, `usual` and `peers`, in `unit`."""

    name: str
    source: str
    """The feed it is read from, such as `access`; `presence` is all feeds together."""
    family: Family
    kind: Kind
    unit: str
    tail: Tail
    says: str
    innocent: str
    """What else it could be, for the investigator: never empty."""
    doc: str
    expression: "Callable[[], Column]"
    """The aggregate over a person-day's rows of gold.place_day."""
    rows: "Callable[[], Column]"
    """Which of those rows it speaks of: the events behind it are theirs."""
    named: str | None = None
    """The measure by which the foremost of these rows are named beside the sentence, be they places or people; None:
    they are not named."""
    needs_graph: bool = False
    """Whether it is told by the site's graph: NULL at a site that declares no doors."""
    needs_rules: bool = False
    """Whether it is told by the rules of zones: NULL at a site that declares none."""
    absent: float | None = 0.0
    """Its value on a day the person was seen by another feed, but not by this one; None: not applicable."""
    once_known: bool = False
    """Whether it says something only once the person is known long enough for anything to be new: NULL before, on days
    that the feed was silent as well. Learnt from those alone, nothing new would be what is usual."""
    excused: bool = True
    """Whether an own habit makes it usual. False: what is expected of a person is what peers do, and the surprise of
    several nights adds up, for no night explains the next."""

    def __post_init__(self) -> None:
        for wanted in ("says", "innocent", "doc"):
            if not getattr(self, wanted).strip():
                raise ValueError(f"behaviour {self.name!r} has no {wanted}: an investigator must be told what it means")
        self.says.format(value=Figure(0.0), usual=Figure(0.0), peers=Figure(0.0))

    @property
    def headline(self) -> str:
        """The first sentence of its documentation, in one line."""
        return " ".join(self.doc.split()).split(". ")[0].rstrip(".") + "."


def daily(
    *,
    source: str,
    family: Family,
    unit: str,
    says: str,
    innocent: str,
    rows: "Callable[[], Column]",
    kind: Kind = "count",
    tail: Tail = "high",
    absent: float | None = 0.0,
    once_known: bool = False,
    excused: bool = True,
    named: str | None = None,
    needs_graph: bool = False,
    needs_rules: bool = False,
) -> "Callable[[Callable[[], Column]], Behaviour]":
    """Declare the decorated aggregate as a behaviour; its name and docstring are the function's."""

    def declare(expression: "Callable[[], Column]") -> Behaviour:
        return Behaviour(
            name=expression.__name__,
            source=source,
            family=family,
            kind=kind,
            unit=unit,
            tail=tail,
            says=says,
            innocent=innocent,
            doc=(expression.__doc__ or "").strip(),
            expression=expression,
            rows=rows,
            absent=absent,
            once_known=once_known,
            excused=excused,
            named=named,
            needs_graph=needs_graph,
            needs_rules=needs_rules,
        )

    return declare
