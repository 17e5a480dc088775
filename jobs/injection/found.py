"""What the ranks make of what was planted: here the labels are looked at, and nowhere before."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from jobs.context import Context
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.injection.inject import scenario
from jobs.injection.planted import Asked
from jobs.truth import deeds
from models.backtest import Found


def found(
    context: Context, ranked: Sequence[tuple[date, int, int]], labels: Path, asked: Asked, budget: int
) -> list[Found]:  # fmt: skip
    """Each plant's best rank and nights to detection: the first time that anybody looks at the labels.

    `ranked` are (day, person, rank) of everybody on the nights replayed. Before a person's own first deed they are
    innocent, whatever others of the plant have done by then: their rank finds nobody, and holds its place on the list.
    """
    key = Pseudonyms(pseudonym_key())
    told = [(deed.scenario, key.of(deed.number), deed.day) for deed in deeds(labels, context.site) if deed.day]
    begun: dict[int, date] = {}
    for _, person, day in told:
        begun[person] = min(day, begun.get(person, day))
    guilty = [(day, person, rank) for day, person, rank in ranked if person in begun and day >= begun[person]]
    above: dict[date, list[int]] = {}
    for day, _, rank in guilty:
        above.setdefault(day, []).append(rank)
    out = []
    for name in asked.scenarios:
        mine = [(person, day) for known, person, day in told if known == name]
        if not mine:
            continue
        people, first = {person for person, _ in mine}, min(day for _, day in mine)
        # Other insiders of the same replay would not be there.
        alone = [(day, rank - sum(other < rank for other in above[day])) for day, p, rank in guilty if p in people]
        nights = [(day - first).days for day, rank in alone if rank <= budget]
        best = float(min((rank for _, rank in alone), default=float("inf")))
        out.append(
            Found(name, scenario(name).group, asked.intensity, asked.seed, len(mine), best, min(nights, default=None))
        )
    return out


def insiders(context: Context, truth: Path | None) -> list[str]:
    """Personnel numbers of known insiders, who host no plant: by `truth`, else by the lake's own, if there is any."""
    file = truth or Path(context.lake.root) / "truth" / "events.csv"
    return sorted({deed.number for deed in deeds(file, context.site)}) if file.exists() else []
