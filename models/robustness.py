"""Whether a challenger withstands adversaries as well as the champion, by what each attack gets past both.

A challenger is robust when no attack gets surely more past it than past the champion: by more than MARGIN, and with an
interval that leaves out none, attackers being drawn in pairs. The same is asked against the undefended baseline where
the champion keeps it: as with bias, an old weakness does not block a better model, a new one does.
"""

from collections.abc import Mapping

import numpy as np

from models.arrays import Array
from models.attacks import ATTACKS
from models.check import MARGIN, Check
from models.feedback import LEAST, MOST
from models.intervals import Interval, interval, resampled

FLIPPED = MOST / LEAST
"""How many times the share unseen may become when every label is flipped. Ten bits of the deed's families then count as
eight and ten of all others as twelve and a half: where bits grow with the deed, it may be so many times as large."""

FEWEST_ATTACKERS = 8
"""Of fewer, resampled pairs say nothing: their intervals are a handful of values."""

CHALLENGER, CHAMPION, UNDEFENDED = "challenger", "champion", "undefended"

Shares = Mapping[str, Array]
"""Under each ranking, the share that each attacker, or group of them, gets away with; in one order."""


def gain(of: Array, against: Array) -> tuple[float, Interval]:
    """How much more gets past `of` than past `against`, with its 95 % interval; (NaN, NaN) of fewer than two pairs."""
    if of.size < 2:
        return float((of - against).mean()) if of.size else np.nan, (np.nan, np.nan)
    drawn = resampled(np.zeros(of.size, dtype=np.int64), seed=0)
    return float((of - against).mean()), interval(drawn @ (of - against) / of.size)


def surely_more(of: Array, against: Array) -> bool:
    """By more than MARGIN, and surely more at all."""
    more, (low, _) = gain(of, against)
    return more > MARGIN and low > 0


def times(undefended: Array, model: Array) -> tuple[float, Interval]:
    """How many times the effort a model costs, with its 95 % interval; infinity where it lets nothing pass."""
    drawn = resampled(np.zeros(model.size, dtype=np.int64), seed=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.divide(undefended.mean(), model.mean())), interval((drawn @ undefended) / (drawn @ model))


def robust(found: Mapping[str, Shares], misled: Shares, acted: str) -> Check:
    """The gate's question: `found` are the shares by attack, `misled` those of the deed at once under flipped labels.

    `acted` says what was acted out on how many people and nights.
    """
    at_once = found.get(ATTACKS[0].name, {})
    if not at_once or at_once[CHALLENGER].size < FEWEST_ATTACKERS:
        return Check("robustness", "not made", f"{acted}; at least {FEWEST_ATTACKERS} attackers are needed")
    weaker = [name for name, shares in found.items() if weakened(shares)]
    new, old = misled[CHALLENGER], misled[CHAMPION]
    if surely_more(new, old) or surely_more(new, FLIPPED * at_once[CHALLENGER]):
        weaker.append("flipped labels")
    told = "; ".join(
        f"{name} {shares[CHAMPION].mean():.2f} → {shares[CHALLENGER].mean():.2f}, difference "
        f"{_spread(gain(shares[CHALLENGER], shares[CHAMPION])[1])} (undefended {shares[UNDEFENDED].mean():.2f})"
        for name, shares in found.items()
    )
    told += (
        f"; flipped labels {old.mean():.2f} → {new.mean():.2f}, difference {_spread(gain(new, old)[1])} "
        f"(bound {FLIPPED * at_once[CHALLENGER].mean():.2f})"
    )
    says = f"share of a deed that no list names its author for, {acted}: {told}"
    return Check(
        "robustness",
        "failed" if weaker else "passed",
        says + (f" surely more in {', '.join(weaker)}" if weaker else ""),
    )


def weakened(shares: Shares) -> bool:
    """Whether one attack gets surely more past the challenger than before, or, newly, than past no defence at all."""
    challenger, champion, bare = (shares[name] for name in (CHALLENGER, CHAMPION, UNDEFENDED))
    return surely_more(challenger, champion) or (surely_more(challenger, bare) and not surely_more(champion, bare))


def rows(found: Mapping[str, Shares]) -> list[dict[str, str | float]]:
    """One row for each attack, for a table: attackers or groups, mean shares, and how many times the effort."""
    out = []
    for attack in (attack for attack in ATTACKS if attack.name in found):
        shares = found[attack.name]
        row: dict[str, str | float] = {"attack": attack.name, "patience": f"{attack.patience:g} {attack.unit}"}
        row["acted"] = float(next(iter(shares.values())).size)
        row |= {name: round(float(share.mean()), 4) for name, share in shares.items()}
        for name in (name for name in shares if name != UNDEFENDED):
            ratio, (low, high) = times(shares[UNDEFENDED], shares[name])
            row[f"effort, {name}"] = f"{ratio:.1f}x [{low:.1f}, {high:.1f}]"
        out.append(row)
    return out


def metrics(found: Mapping[str, Shares], misled: Shares) -> dict[str, float]:
    """What MLflow compares between runs."""
    out = {
        f"{name}/unseen/{who}": float(share.mean()) for name, shares in found.items() for who, share in shares.items()
    }
    out |= {f"flipped labels/unseen/{who}": float(share.mean()) for who, share in misled.items()}
    for name, shares in found.items():
        more, (low, high) = gain(shares[CHALLENGER], shares[CHAMPION])
        out |= {f"{name}/gain": more, f"{name}/gain/low": low, f"{name}/gain/high": high}
        out[f"{name}/effort"] = times(shares[UNDEFENDED], shares[CHALLENGER])[0]
    return out


def _spread(found: Interval) -> str:
    return "[–]" if np.isnan(found[0]) else f"[{found[0]:+.2f}, {found[1]:+.2f}]"
