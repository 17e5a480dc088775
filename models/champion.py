"""The pooled model: every map that turns a night's surprise into a score, fitted to past person-days of everybody.

Behaviour by behaviour, bits are calibrated; a family's behaviours are fused, and the family calibrated again, so that
each family has the same share of the strange days, however many behaviours it has; families and detectors are fused to
the score. What nights leave behind is calibrated once more, for the risk. Nothing in the model belongs to a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from expectations.errors import OTHER_CODE, NoChampion
from features.behaviour import Behaviour, Channel
from models import ordinary
from models.arrays import Array, People, places_of
from models.breakers import habitual
from models.calibration import Calibration
from models.detectors.catalog import detectors
from models.fusion import energy, norm, split
from models.fusion import parts as euler
from models.risk import HALF_LIFE_NIGHTS, Consequence, Risk, Worth, replayed, squares

TRAINING_NIGHTS = 182
"""Half a year of the past is read for a training; 91 and everything gave the same leads on CERT r4.2."""

REFIT_NIGHTS = 28
"""How often a backfill fits anew, each time on the past alone."""

FEWEST_PERSON_DAYS = 250
"""Scored person-days before a first training: less than that shows nothing rarer than eight bits."""


@dataclass(frozen=True)
class Scored:
    """One night's scores; matrices are people × channels: behaviours, then detectors."""

    score: Array
    parts: Array
    """Rows sum to `score`."""
    tonight: Array
    """The calibrated bits of each channel alone."""
    squares: Array
    """What each channel adds to `Risk.rolled`."""


@dataclass(frozen=True)
class Champion:
    """A fitted model. `names` and `families` describe its channels in order."""

    names: tuple[str, ...]
    families: tuple[str, ...]
    behaviour: tuple[Calibration, ...]
    family: Mapping[str, Calibration]
    """What one night is worth: a map for each family of behaviours and for each detector."""
    remembered: Mapping[str, Calibration]
    """What several nights are worth together, for the same."""
    score_map: Calibration
    risk_map: Calibration
    usual: Array
    """What lists of past nights were like: see `models.ordinary`."""
    trust: Mapping[str, float] = field(default_factory=dict)
    """How loud a family is heard, by what came of past leads (models.feedback); a family that is not named: 1."""
    gravity: Array | float = 1.0
    """The usual consequence of each channel in the past (models.risk)."""
    definitions: tuple[str, ...] = ()
    """The hash of each behaviour's definition (features.catalog); none in a model of before they were kept."""

    @classmethod
    def untrained(cls, behaviours: Sequence[Behaviour]) -> Self:
        """The model of a first night: bits as they are, no detectors."""
        names = (*(b.name for b in behaviours), *detectors())
        families = (*(b.family for b in behaviours), *detectors())
        as_is = Calibration.identity()
        maps = dict.fromkeys(families, as_is)
        unknown = np.zeros(ordinary.LONGEST)
        return cls(names, families, (as_is,) * len(behaviours), maps, maps, as_is, as_is, unknown)

    @classmethod
    def fit(
        cls,
        behaviours: Sequence[Behaviour],
        nights: NDArray[np.int64],
        people: People,
        bits: Array,
        measures: Mapping[str, Array],
        half_life: float = HALF_LIFE_NIGHTS,
        consequence: Consequence | None = None,
        trust: Mapping[str, float] | None = None,
    ) -> Self:
        """Fit to past person-days, one row each, in ascending order of (night, person).

        `nights` counts days from any epoch; `bits` is rows × behaviours; `measures` holds what detectors outside the
        model measured, NaN where they were silent; `half_life` is the risk's, in nights, `consequence` what the risk
        was weighed by, `trust` what dispositions taught. Only person-days with enough history belong here. The same
        rows in give the same model out.
        """
        blank = replace(cls.untrained(behaviours), trust=trust or {}, gravity=consequence.usual if consequence else 1.0)
        behaviour = tuple(Calibration.fit(column, people) for column in bits.T)
        calibrated = _calibrated(behaviour, bits)
        heard = _heard(measures, calibrated)
        family = {
            name: Calibration.fit(norm(energy(calibrated[:, members])), people)
            for name, members in blank.worth().members().items()
            if name not in detectors()
        }
        family |= {name: Calibration.fit(heard[name], people) for name in detectors() if name in heard}
        del calibrated  # as large as all bits, and scoring makes its own
        fitted = replace(blank, behaviour=behaviour, family={**blank.family, **family})
        scored = fitted.scored(bits, measures)
        adding = np.isin(blank.names, [b.name for b in behaviours if not b.excused])
        # Replayed again rather than kept: a state is as large as a night's people × channels.
        replay = partial(replayed, nights, people, scored.squares, half_life, adding, consequence)
        worth = fitted.worth()
        told = [[_of(who, state, state.remembered(worth, of)) for of in (None, adding)] for state, who in replay()]
        held, broken = map(np.concatenate, zip(*told, strict=True))
        others = [~habitual(people, rules) for rules in broken.T]
        remembered = {
            name: Calibration.fit(figure[counted], people[counted])
            for name, figure, counted in zip(worth.members(), held.T, others, strict=True)
        }
        fitted = replace(fitted, remembered=remembered, score_map=Calibration.fit(scored.score, people))
        risk = np.concatenate([_of(who, state, state.risk(fitted.worth())) for state, who in replay()])
        fitted = replace(fitted, risk_map=Calibration.fit(risk, people))
        return replace(fitted, usual=ordinary.usual(nights, fitted.risk_once_in(risk)))

    def scored(self, bits: Array, measures: Mapping[str, Array]) -> Scored:
        """Score person-days: `bits` is people × behaviours, `measures` as in `fit`."""
        calibrated = _calibrated(self.behaviour, bits)
        energies = np.zeros((len(bits), len(self.names)))
        tonight = np.zeros_like(energies)
        tonight[:, : len(self.behaviour)] = calibrated
        heard = _heard(measures, calibrated) if self.trained else {}
        for name, members in self.worth().members().items():
            if name not in detectors():
                shares = energy(calibrated[:, members])
                energies[:, members] = split(
                    energy(self.heard(name) * self.family[name].of_one_night(norm(shares))), shares
                )
            elif name in heard:
                tonight[:, members[0]] = self.heard(name) * self.family[name].of_one_night(heard[name])
                energies[:, members[0]] = energy(tonight[:, members[0]])
        return Scored(norm(energies), euler(energies), tonight, squares(energies, self.families))

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Its channels in order, each by name and definition."""
        unsaid = ("",) * (len(self.names) - len(self.definitions))
        return tuple(zip(self.names, (*self.definitions, *unsaid), strict=True))

    def reads(self, behaviours: Sequence[Channel]) -> bool:
        """Whether it was fitted to these behaviours, so defined, in this order: it can score no other surprise."""
        return self.channels[: len(self.behaviour)] == tuple(behaviours)

    def worth(self) -> Worth:
        """What remembered nights are worth to it."""
        weights = {name: self.heard(name) for name in self.families}
        return Worth(self.families, self.remembered, weights, self.gravity)

    def heard(self, name: str) -> float:
        """How loud a family or a detector is heard."""
        return (detectors()[name].weight if name in detectors() else 1.0) * self.trust.get(name, 1.0)

    @property
    def trained(self) -> bool:
        """Whether it has seen a past: without one, a detector has no unit."""
        return any(mapping.worth[-1] > 0 for mapping in self.family.values())

    def once_in(self, score: Array) -> Array:
        """A day this unusual is expected once in so many person-days."""
        return _once_in(self.score_map, score)

    def risk_once_in(self, risk: Array) -> Array:
        """So much risk, weighed by consequence as the past was, is expected once in so many person-days."""
        return _once_in(self.risk_map, risk)

    def innocent(self, risk: Array, people: int, budget: int) -> float:
        """How many of the first `budget` leads of a night with `people` ranked are to be expected to be innocent.

        `risk` holds the night's risks in any order.
        """
        return ordinary.innocent(self.risk_once_in(risk), people, budget, self.usual)

    def upheaval(self, risk: Array, people: int, budget: int) -> bool:
        """Whether the night stands out of past nights, and not its list alone: see `models.ordinary`."""
        return ordinary.upheaval(self.risk_once_in(risk), people, budget, self.usual)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything it is made of, by name: plain arrays, to be kept without pickling."""
        said = {"names": self.names, "families": self.families, "definitions": self.definitions}
        found: dict[str, NDArray[np.generic]] = {name: np.array(told, dtype=np.str_) for name, told in said.items()}
        maps = {f"behaviour/{i}": m for i, m in enumerate(self.behaviour)}
        maps |= {f"family/{name}": m for name, m in self.family.items()}
        maps |= {f"remembered/{name}": m for name, m in self.remembered.items()}
        maps |= {"score": self.score_map, "risk": self.risk_map}
        for name, mapping in maps.items():
            found |= {f"{name}/knots": mapping.knots, f"{name}/worth": mapping.worth}
            found[f"{name}/slope"] = np.array(mapping.slope)
        trust = np.array([self.trust.get(name, 1.0) for name in dict.fromkeys(self.families)])
        return found | {"usual": self.usual, "trust": trust, "gravity": np.broadcast_to(self.gravity, len(self.names))}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """The inverse of `arrays`. Raises NoChampion for a model that other detectors belong to."""
        names, families = (tuple(str(n) for n in arrays[part]) for part in ("names", "families"))
        behaviours = sum(name.startswith("behaviour/") and name.endswith("/slope") for name in arrays)
        if names[behaviours:] != tuple(detectors()) or "usual" not in arrays:
            raise NoChampion(f"the model was trained with other detectors. {OTHER_CODE}")

        def mapping(name: str) -> Calibration:
            knots, worth = (np.asarray(arrays[f"{name}/{part}"], dtype=np.float64) for part in ("knots", "worth"))
            return Calibration(knots, worth, float(arrays[f"{name}/slope"]))

        return cls(
            names,
            families,
            tuple(mapping(f"behaviour/{i}") for i in range(behaviours)),
            {name: mapping(f"family/{name}") for name in dict.fromkeys(families)},
            {name: mapping(f"remembered/{name}") for name in dict.fromkeys(families)},
            mapping("score"),
            mapping("risk"),
            np.asarray(arrays["usual"], dtype=np.float64),
            {
                name: float(weight)
                for name, weight in zip(dict.fromkeys(families), arrays.get("trust", ()), strict="trust" in arrays)
            },
            np.asarray(arrays.get("gravity", 1.0), dtype=np.float64),
            tuple(str(told) for told in arrays.get("definitions", ())),
        )


def _calibrated(maps: Sequence[Calibration], bits: Array) -> Array:
    return np.column_stack([mapping.bits(column) for mapping, column in zip(maps, bits.T, strict=True)])


def _heard(measures: Mapping[str, Array], calibrated: Array) -> dict[str, Array]:
    """What every detector measured: those outside the model, and those that look at surprise."""
    looking = {d.name: d.of_surprise(calibrated) for d in detectors().values() if d.of_surprise}
    return {**measures, **looking}


def _once_in(mapping: Calibration, figure: Array) -> Array:
    # Beyond 2⁴⁰ person-days no past can speak: that is everybody on earth for four months.
    return np.asarray(2.0 ** np.minimum(mapping.bits(figure), 40.0), dtype=np.float64)


def _of(people: People, state: Risk, figures: Array) -> Array:
    return figures[places_of(people, state.people)]
