"""The pooled model: every map that turns a night's surprise into a score, fitted to past person-days of everybody.

Behaviour by behaviour, bits are calibrated; a family's behaviours are fused, and the family calibrated again, so that
each family has the same share of the strange days, however many behaviours it has; families and learned detectors are
fused to the score. Nothing in the model belongs to a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from features.behaviour import Behaviour
from models.arrays import Array, People
from models.calibration import Calibration
from models.detector import DETECTORS, FOREST
from models.forest import Forest
from models.fusion import energy, norm, split
from models.fusion import parts as euler
from models.risk import HALF_LIFE_NIGHTS, Flags, Risk

TRAINING_NIGHTS = 182
"""Half a year of the past is read for a training; 91 and everything gave the same leads on CERT r4.2."""

REFIT_NIGHTS = 28
"""How often a backfill fits anew, each time on the past alone."""

FEWEST_PERSON_DAYS = 250
"""Scored person-days before a first training: less than that shows nothing rarer than eight bits."""

FOREST_ROWS = 20_000
"""Person-days, evenly spaced, that calibrate the forest."""


@dataclass(frozen=True)
class Scored:
    """One night's scores; matrices are people × channels: behaviours, then detectors."""

    score: Array
    parts: Array
    """Rows sum to `score`."""
    tonight: Array
    """The calibrated bits of each channel alone."""
    energies: Array
    """What each channel adds to `Risk.rolled`."""


@dataclass(frozen=True)
class Champion:
    """A fitted model. `names` and `families` describe its channels in order."""

    names: tuple[str, ...]
    families: tuple[str, ...]
    behaviour: tuple[Calibration, ...]
    family: Mapping[str, Calibration]
    """One map for each family of behaviours and for each detector."""
    forest: Forest | None
    score_map: Calibration
    risk_map: Calibration

    @classmethod
    def untrained(cls, behaviours: Sequence[Behaviour]) -> Self:
        """The model of a first night: bits as they are, no detectors."""
        names = (*(b.name for b in behaviours), *(d.name for d in DETECTORS))
        families = (*(b.family for b in behaviours), *(d.name for d in DETECTORS))
        as_is = Calibration.identity()
        maps = dict.fromkeys(families, as_is)
        return cls(names, families, (as_is,) * len(behaviours), maps, None, as_is, as_is)

    @classmethod
    def fit(
        cls,
        behaviours: Sequence[Behaviour],
        nights: NDArray[np.int64],
        people: People,
        bits: Array,
        measures: Mapping[str, Array],
        half_life: float = HALF_LIFE_NIGHTS,
    ) -> Self:
        """Fit to past person-days, one row each, in ascending order of (night, person).

        `nights` counts days from any epoch; `bits` is rows × behaviours; `measures` holds what detectors outside the
        model measured, NaN where they were silent; `half_life` is the risk's, in nights. Only person-days with enough
        history belong here. The same rows in give the same model out.
        """
        blank = cls.untrained(behaviours)
        behaviour = tuple(Calibration.fit(column) for column in bits.T)
        calibrated = _calibrated(behaviour, bits)
        forest = Forest.fit(calibrated)
        spaced = np.unique(np.linspace(0, len(bits) - 1, min(len(bits), FOREST_ROWS)).astype(np.intp))
        family = {
            name: Calibration.fit(norm(energy(calibrated[:, blank._members(name)])))
            for name in dict.fromkeys(blank.families[: len(behaviours)])
        }
        family |= {d.name: Calibration.fit(measures[d.name]) for d in DETECTORS if d.name in measures}
        family[FOREST.name] = Calibration.fit(forest.measure(calibrated[spaced]))
        maps = {**blank.family, **family}
        as_is = Calibration.identity()
        fitted = cls(blank.names, blank.families, behaviour, maps, forest, as_is, as_is)
        scored = fitted.scored(bits, measures)
        adding = np.isin(blank.names, [b.name for b in behaviours if not b.excused])
        risks = _replayed(nights, people, scored.energies, half_life, adding)
        return cls(
            *(blank.names, blank.families, behaviour, maps, forest),
            score_map=Calibration.fit(scored.score),
            risk_map=Calibration.fit(risks),
        )

    def scored(self, bits: Array, measures: Mapping[str, Array]) -> Scored:
        """Score person-days: `bits` is people × behaviours, `measures` as in `fit`."""
        calibrated = _calibrated(self.behaviour, bits)
        energies = np.zeros((len(bits), len(self.names)))
        tonight = np.zeros_like(energies)
        tonight[:, : len(self.behaviour)] = calibrated
        for name in dict.fromkeys(self.families[: len(self.behaviour)]):
            members = self._members(name)
            shares = energy(calibrated[:, members])
            energies[:, members] = split(energy(self.family[name].bits(norm(shares))), shares)
        heard = dict(measures)
        if self.forest is not None:
            heard[FOREST.name] = self.forest.measure(calibrated)
        for at, detector in enumerate(DETECTORS, start=len(self.behaviour)):
            if self.forest is not None and detector.name in heard:
                tonight[:, at] = detector.weight * self.family[detector.name].bits(heard[detector.name])
                energies[:, at] = energy(tonight[:, at])
        return Scored(norm(energies), euler(energies), tonight, energies)

    def once_in(self, score: Array) -> Array:
        """A day this unusual is expected once in so many person-days."""
        return _once_in(self.score_map, score)

    def risk_once_in(self, risk: Array) -> Array:
        """So much risk, at consequence 1, is expected once in so many person-days."""
        return _once_in(self.risk_map, risk)

    def innocent(self, risk: Array, people: int, budget: int) -> float:
        """How many of the first `budget` leads of a night with `people` ranked are to be expected if all are innocent.

        `risk` holds the night's risks in any order. A list as strange as any other night's is all innocent by this
        count; the further its last lead stands out, the fewer.
        """
        listed = np.sort(risk)[::-1][:budget]
        if not listed.size:
            return 0.0
        return float(min(listed.size, people / self.risk_once_in(listed[-1:])[0]))

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything it is made of, by name: plain arrays, to be kept without pickling."""
        found: dict[str, NDArray[np.generic]] = {"names": np.array(self.names), "families": np.array(self.families)}
        maps = {f"behaviour/{i}": m for i, m in enumerate(self.behaviour)}
        maps |= {f"family/{name}": m for name, m in self.family.items()}
        maps |= {"score": self.score_map, "risk": self.risk_map}
        for name, mapping in maps.items():
            found |= {f"{name}/knots": mapping.knots, f"{name}/worth": mapping.worth}
            found[f"{name}/slope"] = np.array(mapping.slope)
        if self.forest is not None:
            found |= {f"forest/{name}": array for name, array in self.forest.arrays().items()}
        return found

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """The inverse of `arrays`."""

        def mapping(name: str) -> Calibration:
            knots, worth = (np.asarray(arrays[f"{name}/{part}"], dtype=np.float64) for part in ("knots", "worth"))
            return Calibration(knots, worth, float(arrays[f"{name}/slope"]))

        names, families = (tuple(str(n) for n in arrays[part]) for part in ("names", "families"))
        behaviours = len(names) - len(DETECTORS)
        forest = {key.removeprefix("forest/"): array for key, array in arrays.items() if key.startswith("forest/")}
        return cls(
            names,
            families,
            tuple(mapping(f"behaviour/{i}") for i in range(behaviours)),
            {name: mapping(f"family/{name}") for name in dict.fromkeys(families)},
            Forest.of_arrays(forest) if forest else None,
            mapping("score"),
            mapping("risk"),
        )

    def _members(self, family: str) -> list[int]:
        return [at for at, name in enumerate(self.families) if name == family]


def _calibrated(maps: Sequence[Calibration], bits: Array) -> Array:
    return np.column_stack([mapping.bits(column) for mapping, column in zip(maps, bits.T, strict=True)])


def _once_in(mapping: Calibration, figure: Array) -> Array:
    # Beyond 2⁴⁰ person-days no past can speak: that is everybody on earth for four months.
    return np.asarray(2.0 ** np.minimum(mapping.bits(figure), 40.0), dtype=np.float64)


def _replayed(nights: NDArray[np.int64], people: People, energies: Array, half_life: float, adding: Flags) -> Array:
    """The risk of each row, had the model scored these nights one after the other."""
    state, risks = Risk.empty(energies.shape[1]), np.zeros(len(people))
    first = int(nights[0])
    starts = np.searchsorted(nights, np.arange(first, int(nights[-1]) + 2))
    for start, stop in pairwise(starts):
        state = state.rolled(people[start:stop], energies[start:stop], half_life=half_life, adding=adding)
        at = np.searchsorted(state.people, people[start:stop])
        risks[start:stop] = state.risk()[at]
    return risks
