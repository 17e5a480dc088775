"""What the benchmarks of quality measured, as tables of docs/benchmarks.md."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import mean
from typing import Any

from benchmarks.planted import Leads, Plant
from benchmarks.plants import MOVES, PROTRACTED, median, ratio, share
from models.intervals import wilson
from simulation.scenarios import LIBRARY

OURS = "Postern"
TOGETHER, HARD = "1+3", "2"
ACCUMULATED = " + acc"
Figures = Mapping[str, Any]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells as Markdown, the first column's text to the left."""
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def told(figure: float, bounds: Sequence[float], people: int, digits: int = 2) -> str:
    """A share with its interval, insiders being drawn; where every draw gives none or all, Wilson's over the `people`.

    One person's days are alike, so that days would claim too much. Of one insider there is none of a share between.
    """
    low, high = bounds
    if figure in (0.0, 1.0) and not low < high:
        low, high = wilson(figure * people, people)
    return f"{figure:.{digits}f}" + (f" [{low:.{digits}f}, {high:.{digits}f}]" if low < high else "")


def cells(f: Figures) -> list[str]:
    """The columns of a list's figures."""
    people = f["insiders"]
    of_nights = [told(f["night_recall"][k], f["night_interval"][k], people) for k in ("5", "10")]
    of_people = [told(f["person_recall"][k], f["person_interval"][k], people) for k in ("1", "5")]
    at_rates = [told(f[name], f[f"{name}_interval"], people) for name in ("recall_at_fpr", "recall_at_1_fpr")]
    return [*of_nights, *of_people, *at_rates, told(f["auc"], f["auc_interval"], people, 3)]


HEAD = ("nr@5", "nr@10", "pr@1", "pr@5", "recall at 5 %", "recall at 1 %", "AUC")


def cert(found: Mapping[str, Mapping[str, Figures]]) -> str:
    """Postern's published lists, scenario by scenario."""
    rows = []
    for group in sorted(found, key=lambda name: (name == HARD, "+" in name, name)):
        f = found[group][OURS]
        rows.append([group.replace("+", " and "), str(f["insiders"]), str(f["person_days"]), *cells(f)])
    return table(("scenario", "insiders", "days", *HEAD), rows)


def rivals(found: Mapping[str, Mapping[str, Figures]]) -> str:
    """Everybody on scenarios 1 and 3; of each detector by itself and accumulated, the better at five."""
    here, hard = found[TOGETHER], found[HARD]
    rows = []
    for name in here:
        if not name.endswith(ACCUMULATED):
            best = max((n for n in (name, name + ACCUMULATED) if n in here), key=lambda n: here[n]["night_recall"]["5"])
            of_hard = hard[best]
            at_five = told(of_hard["night_recall"]["5"], of_hard["night_interval"]["5"], of_hard["insiders"])
            rows.append([best, *cells(here[best]), at_five])
    return table(("detector", *HEAD, "nr@5 of 2"), rows)


def facility(found: Mapping[str, Any]) -> str:
    """What came of the plants, kind by kind, and the leads beside them."""
    plants = [Plant(**{**row, "reasons": tuple(row["reasons"])}) for row in found["plants"]]
    groups = {kind.name.replace("_", " "): [p for p in plants if p.kind == kind.name] for kind in LIBRARY}
    groups["**by movement and company**"] = [p for p in plants if p.kind in MOVES]
    groups["**abrupt**"] = [p for p in plants if p.group != PROTRACTED]
    groups["**all**"] = plants
    rows = [
        [name, str(len(mine)), share(mine, lambda p: p.nights is not None), f"{mean(p.chance for p in mine):.2f}",
         share(mine, lambda p: p.named is not None), share(mine, lambda p: p.own is not None),
         f"{median([p.nights for p in mine]):.0f}"]
        for name, mine in groups.items() if mine
    ]  # fmt: skip
    return (
        table(("plant", "planted", "found", "by chance", "graph named", "own named", "nights, median"), rows)
        + "\n\n"
        + leads(found["leads"])
    )


def calm(found: Mapping[str, Any]) -> str:
    """Facilities in which nobody does anything, and such on which readers fail or an outage brings everybody in."""
    disturbed = [row["leads"] for row in found["disturbed"]]
    lines = []
    for kind in dict.fromkeys(row["leads"]["kind"] for row in found["disturbed"]):
        mine = [row for row in found["disturbed"] if row["leads"]["kind"] == kind]
        spotted = [row["spotted"] for row in mine if row["spotted"] is not None]
        readers = ""
        if spotted:
            readers = f"; every failing reader doubted in {sum(spotted)} of {len(spotted)} runs"
            readers += f"; {sum(row['resting'] for row in mine)} leads name a failing reader or a way through its door"
        told = sum(row["upheavals"] for row in mine)
        lines.append(
            f"{kind}: {sum(row['warnings'] for row in mine)} warnings; {told} nights told as upheavals{readers}."
        )
    return leads([*found["leads"], *disturbed]) + "\n\n" + "\n".join(lines)


def leads(found: Sequence[Mapping[str, Any]]) -> str:
    """Innocent leads against announced ones, by kind of run."""
    rows = []
    for kind in dict.fromkeys(row["kind"] for row in found):
        mine = [Leads(**row) for row in found if row["kind"] == kind]
        nights, innocent, named = (sum(getattr(one, name) for one in mine) for name in ("nights", "innocent", "named"))
        announced = f"{sum(one.announced for one in mine):.1f}"
        rows.append([kind, str(len(mine)), str(nights), str(innocent), announced, ratio(mine), str(named)])
    head = (
        "facilities",
        "number",
        "nights",
        "innocent leads",
        "announced",
        "ratio",
        "of them naming a graph behaviour",
    )
    return table(head, rows)


def attacks(found: Sequence[Mapping[str, str]]) -> str:
    """What each attack gets away with."""
    return table(tuple(found[0]), [list(row.values()) for row in found])
