"""A line of text → its cells, and cells → a feed's fields. Columns in, Columns out; no line is ever too broken."""

from collections.abc import Mapping, Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

from feeds.feed import Feed, Field
from feeds.site import FeedConfig

BROKEN = "_broken"
MOST_COLUMNS = 20_000  # Spark's CSV parser stops a whole run at 20,480 columns in one line


def decodable(line: Column, delimiter: str) -> Column:
    """The line, or NULL when it is not UTF-8, or holds so many delimiters that the parser would stop the run."""
    delimiters = F.length(line) - F.length(F.replace(line, F.lit(delimiter)))
    fits = (F.length(line) < MOST_COLUMNS) | (delimiters < MOST_COLUMNS)
    return F.when(F.is_valid_utf8(line) & fits, line)


def csv_cells(line: Column, columns: int, delimiter: str) -> Column:
    """Struct of cells c0, c1, … and `_broken`, which is set when the line has more or fewer cells than the header.

    Quoting as in RFC 4180, but a quoted cell must end on its line. Blanks around cells do not count.
    """
    schema = ", ".join([*(f"c{n} string" for n in range(columns)), f"{BROKEN} string"])
    options = {
        "mode": "PERMISSIVE",
        "columnNameOfCorruptRecord": BROKEN,
        "sep": delimiter,
        "escape": '"',
        "ignoreLeadingWhiteSpace": "true",
        "ignoreTrailingWhiteSpace": "true",
        "maxCharsPerColumn": "-1",
    }
    return F.from_csv(line, schema, options)


def json_cells(line: Column, names: Sequence[str]) -> Column:
    """Struct of the object's cells `names`; `_broken` is set when the line is no JSON object."""
    listed = ", ".join([*(f"`{name.replace('`', '``')}` string" for name in names), f"{BROKEN} string"])
    options = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": BROKEN}
    return F.from_json(line, listed, options)


def sources(feed: Feed, config: FeedConfig, field: Field) -> tuple[str, ...]:
    """The columns of the log that a field is read from; none when the site maps none."""
    given = config.columns.get(field.name, field.theirs)
    return () if given is None else (given,) if isinstance(given, str) else given


def wanted(feed: Feed, config: FeedConfig) -> dict[str, bool]:
    """Columns of the log that the feed reads, and whether a file may not lack them."""
    names: dict[str, bool] = {}
    for field in feed.fields:
        must = field.required or field.name in config.columns
        for name in sources(feed, config, field):
            names[name] = names.get(name, False) or must
    return names


def trimmed(cell: Column) -> Column:
    """Without blanks around it; NULL when nothing is left."""
    return F.nullif(F.trim(cell), F.lit(""))


def joined(cell: Column) -> Column:
    """A list of texts, as JSON writes it, separated by semicolons; any other text as it is."""
    entries = F.array_join(F.from_json(cell, "array<string>"), ";")
    return F.when(cell.startswith("[") & cell.endswith("]"), trimmed(F.coalesce(entries, cell))).otherwise(cell)


def text_of(field: Field, feed: Feed, config: FeedConfig, cells: Mapping[str, Column]) -> Column:
    """A field's text, its parts joined by '-' when the site names several columns."""
    parts = [cells[name] for name in sources(feed, config, field) if name in cells]
    if not parts:
        return F.lit(None).cast("string")
    if len(parts) == 1:
        return joined(parts[0]) if field.many else parts[0]
    whole = parts[0].isNotNull()
    for part in parts[1:]:
        whole = whole & part.isNotNull()
    return F.when(whole, F.concat_ws("-", *parts))


def meant(field: Field, config: FeedConfig) -> Column:
    """Our value for a field's text: mapped when values are declared; what is absent takes the declared default."""
    text = F.col(field.name)
    mapping = config.values.get(field.name) or field.values
    ours = text
    if mapping:
        ours = F.lit(None).cast("string")
        for theirs, value in mapping.items():
            ours = F.when(F.lower(text) == theirs.lower(), F.lit(value)).otherwise(ours)
    return ours if field.absent is None else F.when(text.isNull(), F.lit(field.absent)).otherwise(ours)


def faults(feed: Feed, config: FeedConfig) -> list[tuple[Column, str]]:
    """What may be wrong with a row's text, each with its reason; the first that holds is told."""
    found = []
    for field in feed.fields:
        mapped = field.name in feed.identified_by and bool(sources(feed, config, field))
        if (field.required or mapped) and not field.blank:
            found.append((F.col(field.name).isNull(), f"no value for {field.name} ({field.meaning.lower()})"))
        mapping = config.values.get(field.name) or field.values
        if mapping:
            known = F.lower(field.name).isin([theirs.lower() for theirs in mapping])
            told = ", ".join(sorted(mapping))
            found.append((F.col(field.name).isNotNull() & ~known, f"the {field.name} is none of {told}"))
    return found


def first_reason(found: Sequence[tuple[Column, str]]) -> Column:
    """The reason of the first condition that holds; NULL when none does."""
    return F.coalesce(*(F.when(condition, F.lit(reason)) for condition, reason in found), F.lit(None).cast("string"))
