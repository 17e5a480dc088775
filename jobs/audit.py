"""Whether the lists treated groups of people alike: flag rate, rank and calibration by role, employer, tenure, shift.

Reads gold.risk and gold.score as published, the roster, and a file of attributes that a site supplies for this audit
alone. What it reads beside the role reaches no training, no score and no list: a test follows the imports. Groups of
fewer than five people are taken together; people are counted, never named.
"""

import argparse
import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import functions as F

from expectations.errors import ConfigurationError, MissingState
from expectations.gold import RISK, SCORE
from expectations.silver import PEOPLE
from features.catalog import PERSON_DAY
from jobs import beside as sites
from jobs.context import Context
from jobs.days import Days
from jobs.evaluation import cell
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.matrix import arrow
from jobs.settings import Settings
from models.audit import Audit, audit, shift, tenure
from models.groups import SMALL

UNKNOWN = "unknown"
ROSTER = ("role", "employer", "tenure", "shift")
"""Attributes that every site has, as far as its roster tells them."""
SUPPLIED = Path("audit", "attributes.csv")
"""Where a site leaves further ones, beside the lake's tables: for the weekly audit and the gate, too."""


def run(
    context: Context,
    days: Days,
    by: Sequence[str] = (),
    supplied: Path | None = None,
    out: Path | None = None,
    *,
    beside: Sequence[Path] = (),
) -> str:
    """The audit of the lists of `days` as text, also written to `out` as JSON; `beside` are other sites' such files.

    `by` names attributes, or crosses such as 'role+shift'; all single ones by default. `supplied` is a CSV of person
    (the personnel number) and further attributes, by default SUPPLIED where it lies in the lake. Raises
    ConfigurationError for an attribute that nobody supplies, or when another site's file tells nothing; MissingState
    when no night of `days` is ranked.
    """
    others = [sites.read(file, "audit") for file in beside]
    table = ranked(context, days)
    attributes = known(context, table, supplied)
    found = cells(context, table, attributes, [name for name in by if name not in attributes] if by else ())
    found = {name: found[name] for name in by} if by else found
    site, audited = context.site, Days(table["day"][0].as_py(), days.end)
    whole = as_json(site.site.name, audited, site.list.budget, found)
    if out:
        out.write_text(whole)
    text = page(found, audited, site.list.budget)
    return f"{text}\n\n{sites.treated([json.loads(whole), *others])}" if others else text


def cells(
    context: Context, table: pa.Table, attributes: Mapping[str, Sequence[str]], crosses: Sequence[str] = ()
) -> dict[str, Audit]:
    """The audit of the rows of `table`, as `ranked` reads them, by each of `attributes` and by `crosses` such as 'a+b'.

    Raises ConfigurationError for a cross of what nobody supplies.
    """
    people, rank = table["person"].to_numpy(), table["rank"].to_numpy()
    nights = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    once_in = table["once_in"].to_numpy(zero_copy_only=False).astype(np.float64)
    found: dict[str, Audit] = {}
    for name in (*attributes, *crosses):
        if absent := [part for part in name.split("+") if part not in attributes]:
            raise ConfigurationError(
                f"nothing tells the {' or the '.join(absent)} of people; known are {', '.join(attributes)}. "
                "Next: audit by one of these, or supply it with `--attributes FILE`."
            )
        labels = [" + ".join(parts) for parts in zip(*(attributes[part] for part in name.split("+")), strict=True)]
        found[name] = audit(labels, people, nights, rank, once_in, context.site.list.budget)
    return found


def ranked(context: Context, days: Days) -> pa.Table:
    """Every ranked person-day with what was said of it, its role and how long after the day began it was first seen."""
    lake = context.lake
    risks = lake.read(RISK, days).where("active").select("person", "day", "rank")
    once_in = F.when(F.col("status") == "scored", F.col("once_in")).alias("once_in")
    scores = lake.read(SCORE, days).select("person", "day", once_in)
    roles = lake.read(PERSON_DAY, days).select("person", "day", "role", F.col("presence_first").alias("hours"))
    rows = risks.join(scores, ["person", "day"], how="left").join(roles, ["person", "day"], how="left")
    table = arrow(rows, "day", "person")
    if table.num_rows == 0:
        raise MissingState(f"{RISK.name} holds no ranked night in {days}. Next: `postern backfill` over them.")
    return table


def known(context: Context, table: pa.Table, supplied: Path | None = None) -> dict[str, Sequence[str]]:
    """Every attribute, one value per row: those of our own tables, and what the site supplies for this alone."""
    file = supplied or left(context.settings)
    return own(context, table) | (read(file, table) if supplied or file.exists() else {})


def left(settings: Settings) -> Path:
    """Where SUPPLIED lies, or would: in the lake, or beside the site's configuration when it is no local folder."""
    return (settings.local or settings.site.parent) / SUPPLIED


def own(context: Context, table: pa.Table) -> dict[str, Sequence[str]]:
    """The attributes that stand in our own tables."""
    people, nights = table["person"].to_numpy(), table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    employer, band = (np.full(table.num_rows, UNKNOWN, dtype="<U64") for _ in range(2))
    by_person = np.argsort(people, kind="stable")
    for person, (begins, employers) in roster(context).items():
        first, end = np.searchsorted(people, [person, person + 1], sorter=by_person)
        rows = by_person[first:end]
        rows = rows[nights[rows] >= begins[0]]
        employer[rows] = employers[np.searchsorted(begins, nights[rows], side="right") - 1]
        band[rows] = tenure(nights[rows], begins[:1])
    hours = np.nan_to_num(table["hours"].to_numpy(zero_copy_only=False).astype(np.float64))
    patterns = shift(people, hours, context.site.site.boundary_minutes / 60)
    roles = [role or UNKNOWN for role in table["role"].to_pylist()]
    return {"role": roles, "employer": employer.tolist(), "tenure": band.tolist(), "shift": patterns.tolist()}


def roster(context: Context) -> dict[int, tuple[NDArray[np.int64], NDArray[np.str_]]]:
    """Of each person the operational days, oldest first, on which a time of employment began, and the employers."""
    facts = context.site.site
    local = F.from_utc_timestamp("valid_from", facts.time_zone)
    begins = F.to_date(local - F.make_dt_interval(mins=F.lit(facts.boundary_minutes))).alias("begins")
    told = arrow(context.lake.read(PEOPLE).select("person", "employer", "valid_from", begins), "person", "valid_from")
    days = told["begins"].to_numpy().astype("datetime64[D]").astype(np.int64)
    employers = told["employer"].to_numpy(zero_copy_only=False).astype(np.str_)
    persons, first = np.unique(told["person"].to_numpy(), return_index=True)
    ends = np.append(first[1:], told.num_rows)
    return {
        int(person): (days[start:end], employers[start:end])
        for person, start, end in zip(persons, first, ends, strict=True)
    }


def read(file: Path, table: pa.Table) -> dict[str, Sequence[str]]:
    """The attributes of a file, one value per row; whoever is not in it is 'unknown'."""
    with file.open(newline="", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    names = [name for name in (rows[0] if rows else ()) if name != "person"]
    if not rows or "person" not in rows[0] or not names or set(names) & set(ROSTER):
        raise ConfigurationError(
            f"{file} supplies no attributes: expected a header with person (the personnel number) and at least one "
            f"attribute, none of them {', '.join(ROSTER)}; found {', '.join(rows[0]) if rows else 'no rows'}. "
            "Next: mend the file."
        )
    key = Pseudonyms(pseudonym_key())
    of: Mapping[int, dict[str, str]] = {key.of(row["person"]): row for row in rows}
    people = table["person"].to_pylist()
    return {name: [of.get(person, {}).get(name) or UNKNOWN for person in people] for name in names}


def as_json(site: str, days: Days, budget: int, found: Mapping[str, Audit]) -> str:
    """The site, the nights, and the cells and the parity of each attribute."""
    groups = {name: asdict(told) for name, told in found.items()}
    nights = [str(days.start), str(days.last)]
    return json.dumps({"site": site, "nights": nights, "budget": budget, "groups": groups}, indent=2) + "\n"


def page(found: Mapping[str, Audit], days: Days, budget: int) -> str:
    """The cells as tables, the most flagged first; a mark where a group surely differs from everybody else."""
    lines = [
        f"audit of the lists {days.start} … {days.last}, {budget} leads a night; 95 % intervals, people drawn",
        "flagged: share of the group's days that are leads; ratio: to everybody else's share, * surely not 1",
        "rank: mean place on the list, 0 top, 0.5 chance; once in 100: days said to be so rare / days so rare",
        "parity: smallest share flagged over the largest, and largest less smallest (Fairlearn's demographic parity)",
    ]
    for name, told in found.items():
        lines += ["", f"{name:<34}{'people':>7}{'days':>9}{'flagged':>26}{'ratio':>22}{'rank':>20}{'once in 100':>22}"]
        for c in sorted(told.cells, key=lambda cell: (cell.group == SMALL, -cell.flag_rate, cell.group)):
            lines.append(
                f"{c.group[:33]:<34}{c.people:>7}{c.person_days:>9}"
                f"{cell(c.flag_rate, c.flag_interval, 4):>26}"
                f"{('* ' if c.told else '') + cell(c.disparity, c.disparity_interval):>22}"
                f"{cell(c.rank, c.rank_interval):>20}{cell(c.calibration, c.calibration_interval):>22}"
            )
        even = told.parity
        lines.append(
            f"parity of {name}: ratio {cell(even.ratio, even.ratio_interval)}, "
            f"difference {cell(even.difference, even.difference_interval, 4)}"
        )
    return "\n".join(lines)


def main(rest: list[str]) -> int:
    """The command `postern audit`."""
    from jobs.arguments import day, placed, through
    from jobs.settings import settings
    from jobs.start import context

    parser = argparse.ArgumentParser(prog="postern audit", description=__doc__, parents=[placed()])
    parser.add_argument("--from", type=day, dest="first", metavar="D", help="first night; default: the first ranked")
    parser.add_argument("--to", type=day, dest="last", metavar="D", help="last night; default: the last ranked")
    parser.add_argument(
        "--by",
        action="append",
        default=[],
        metavar="A",
        help=f"{', '.join(ROSTER)}, one supplied, or A+B; default: all",
    )
    parser.add_argument(
        "--attributes",
        type=Path,
        help=f"CSV of person and attributes supplied for this audit alone; default: {SUPPLIED} in the lake, if any",
    )
    parser.add_argument("--json", type=Path, help="also write the cells there")
    parser.add_argument(
        "--beside", action="append", type=Path, default=[], metavar="FILE", help="another site's --json, side by side"
    )
    given = parser.parse_args(rest)
    chosen = settings(given.lake, given.site)
    if given.attributes and not given.attributes.exists():
        raise ConfigurationError(f"there is no file {given.attributes}. Next: say where the attributes are.")
    with context(chosen, "audit") as ready:
        held = ready.lake.days(RISK)
        if not held:
            raise MissingState(f"{RISK.name} holds no night. Next: `postern backfill --from D --to D`.")
        days = through(given.first or held[0], given.last or held[-1])
        told = run(ready, days, given.by, given.attributes, given.json, beside=given.beside)
        print(told)  # noqa: T201  the command's answer
    return 0
