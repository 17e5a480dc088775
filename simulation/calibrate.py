"""How busily people must walk about for a wished number of badge reads: for benchmarks that need a given size."""

from dataclasses import replace

from simulation import shifts
from simulation.facility import Facility
from simulation.movement import walk


def pace_for(facility: Facility, events_per_person: float) -> Facility:
    """The same facility at the pace that gives about `events_per_person` reads per person and day, by the secant rule.

    Measured on the last week of the span, and met within a few percent but for what the night shift of the last day
    reads after that day's end, which is never delivered: a tenth or so of a span of one day.
    """
    population, layout, seed = facility.population, facility.layout, facility.seed
    days = facility.days[-7:]
    stays = [shifts.stints(population, day, seed) for day in days]
    wanted = events_per_person * len(population) * len(days)

    def reads(pace: float) -> int:
        walks = (walk(population, layout, stints, day, seed, pace) for stints, day in zip(stays, days, strict=True))
        return sum(len(reads.door) for reads in walks)

    low, high = 0.5, 2.0
    few, many = reads(low), reads(high)
    for _ in range(3):
        low, high = high, max(high + (wanted - many) * (high - low) / max(many - few, 1), 0.0)
        few, many = many, reads(high)
        if abs(many - wanted) < 0.01 * wanted:
            break
    return replace(facility, pace=high)
