"""What a deed costs its author under attack: the greatest share of it that no list names them for.

A half means twice as many nights for the whole of it. Named is whom a list has within the budget that would not have
had them anyway. The line to stand below is that of the same nights without any deed, of all who are no attackers.
Adversaries of the undefended baseline (models.rankings) cannot do everything either; the ratio of the two shares is how
much more effort a model costs them (models.robustness).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People
from models.attacks import ATTACKS, Attack, Attacker, attacked
from models.champion import Champion
from models.feedback import LEAST, MOST
from models.rankings import Evening, Night, Ranking, ranked_by

SHARES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""Of the deed, in rising order."""


@dataclass(frozen=True)
class Scene:
    """What is acted out: consecutive nights, attackers of whom those of one deed stand together, and the list's length.

    `whole` marks the behaviours that are done in whole numbers.
    """

    nights: Sequence[Night]
    attackers: Sequence[Attacker]
    whole: NDArray[np.bool_]
    budget: int

    @property
    def deeds(self) -> list[str]:
        """What is acted out, each once, in the order that groups stand in."""
        return list(dict.fromkeys(one.deed for one in self.attackers))

    def groups(self, attack: Attack) -> list[list[Attacker]]:
        """Who acts together: as many attackers of one deed as the attack has credentials; who is left over rests."""
        found: list[list[Attacker]] = []
        for deed in self.deeds:
            mine = [one for one in self.attackers if one.deed == deed]
            size = attack.together
            found += [mine[at : at + size] for at in range(0, len(mine) - size + 1, size)]
        return found


def lines(calm: Sequence[tuple[People, Array]], apart: Sequence[int], budget: int) -> Array:
    """The figure of the last within the budget each night, people `apart` left out; −∞ where the list is not full."""
    out = []
    for people, figure in calm:
        others = np.sort(figure[~np.isin(people, list(apart))])[::-1]
        out.append(others[budget - 1] if others.size >= budget else -np.inf)
    return np.array(out)


def named(
    told: Sequence[tuple[People, Array]], line: Array, groups: Sequence[Sequence[int]]
) -> list[set[int]]:  # fmt: skip
    """For each group of people, the nights on which one of them stands above the line.

    Groups do not stand in each other's light: they would not be there together.
    """
    found: list[set[int]] = [set() for _ in groups]
    for place, (people, figure) in enumerate(told):
        for number, group in enumerate(groups):
            mine = figure[np.isin(people, list(group))]
            if mine.size and mine.max() > line[place]:
                found[number].add(place)
    return found


def unseen(ranking: Ranking, scene: Scene, attacks: Sequence[Attack] = ATTACKS) -> dict[str, Array]:
    """By attack, for each group the greatest of SHARES of the deed that it gets away with; 0 where none.

    An attack that nobody can act out, for want of accomplices, is left out.
    """
    calm = ranking(scene.nights, None)
    line = lines(calm, [one.person for one in scene.attackers], scene.budget)
    out = {}
    for attack in attacks:
        groups = scene.groups(attack)
        acting = [one for group in groups for one in group]
        who, people = [[one.person for one in group] for group in groups], np.array([one.person for one in acting])
        greatest = np.zeros(len(groups))
        for share in SHARES if groups else ():
            told, until = attacked(scene.nights, acting, attack, share, scene.whole)
            anyway = named(calm[: until + 1], line, who)
            for number, seen in enumerate(named(ranking(told[: until + 1], people), line, who)):
                if seen <= anyway[number]:
                    greatest[number] = share
        if groups:
            out[attack.name] = greatest
    return out


def flipped(families: Sequence[str], touched: Sequence[bool]) -> dict[str, float]:
    """The trust when labels are flipped at will: families with a behaviour that the deed touches down, others up.

    `families` and `touched` speak of behaviours in order.
    """
    theirs = {family for family, touch in zip(families, touched, strict=True) if touch}
    return {family: LEAST if family in theirs else MOST for family in families}


def misled(evening: Evening, model: Champion, scene: Scene) -> Array:
    """The same of deeds done at once when every label was flipped, in the order of `unseen`."""
    at_once, families = ATTACKS[0], [behaviour.family for behaviour in evening.behaviours]
    acting = [one for group in scene.groups(at_once) for one in group]
    out = np.zeros(len(acting))
    for deed in scene.deeds:
        theirs = np.array([one.deed == deed for one in acting])
        amount = acting[int(np.argmax(theirs))].amount
        trust = flipped(families, (amount > 0).tolist())
        out[theirs] = unseen(ranked_by(evening, model, trust), scene, [at_once])[at_once.name][theirs]
    return out
