"""A feed: how one kind of log, in whatever columns its vendor chose, becomes rows of one silver table.

A module of this package declares one as `FEED`; the catalogue finds it there. What a file's columns are called is
settled before a feed's functions are asked: they see our names, every cell a trimmed string, empty cells NULL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from expectations.table import Table

if TYPE_CHECKING:
    from pyspark.sql import Column

    from feeds.site import Site

Identifies = Literal["badge", "account", "person"]
"""What names the person in a feed: a card, a login, or the personnel number itself."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value that a feed reads from each row."""

    name: str
    meaning: str
    theirs: str | None = None
    """The column it stands in unless the site's configuration says otherwise; None: the site must say."""
    required: bool = True
    """A file without this column cannot be read, and a row without a value goes to quarantine."""
    blank: bool = False
    """The column is required, a value in each row is not."""
    many: bool = False
    """It may hold several, separated by semicolons; a list in JSON or Parquet is taken as such text."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Their values to ours, compared without case; empty: any text. A site's own mapping replaces it."""
    absent: str | None = None
    """Our value where the file has no such column, or the cell is empty and `required` is not set."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of log. `columns` gives the silver columns beyond event, person, at, day and landed."""

    name: str
    table: Table
    fields: tuple[Field, ...]
    columns: "Callable[[Site], dict[str, Column]]"
    time_format: str | None = None
    """Spark pattern of `at` unless the site says otherwise."""
    known: tuple[str, ...] = ()
    """Columns that are expected and not read: they are not noted as extra."""
    rejects: "Callable[[Site], list[tuple[Column, str]]]" = field(default=lambda site: [])
    """Conditions, over our fields, that send a row to quarantine, each with its reason as a sentence."""
    keyed: tuple[str, ...] = ()
    """Silver columns that `columns` gives as text and that are kept as keyed pseudonyms: arrays of mail addresses, or
    one number a row."""
    identified_by: tuple[Identifies, ...] = ("account",)
    """Fields that may name the person: a site maps exactly one of them."""

    def __getitem__(self, name: str) -> Field:
        return next(declared for declared in self.fields if declared.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fields, in declared order."""
        return tuple(declared.name for declared in self.fields)


AT = Field("at", "When it happened", theirs="date")
ACCOUNT = Field("account", "Login of the person", theirs="user")
MACHINE = Field("machine", "Computer it happened on", theirs="pc")
CERT_TIME = "MM/dd/yyyy HH:mm:ss"
"""How every release of the CERT Insider Threat Test Dataset writes the time."""
