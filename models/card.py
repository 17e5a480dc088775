"""The model card of a training, after Mitchell et al., "Model Cards for Model Reporting" (FAT* 2019).

Written for whoever has to approve a model without having made it. Counts and declarations only: nothing here can tell a
person, and the day it explains is invented.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from features.behaviour import Behaviour
from models.champion import Champion
from models.detectors.catalog import detectors
from models.explain import sentence
from models.feedback import LEAST, MOST
from models.succession import CHALLENGER, CHAMPION
from models.word import Word

INVENTED_BITS, INVENTED_REASONS = 12.0, 3
"""The invented day of the example: so many reasons of different families, each that surprising, all else as ever."""

INVENTED_VALUE, INVENTED_USUAL = 9.0, 1.0

TEXT = """# Postern, pooled model of {trained_on}

## Purpose
Puts the person-days of a guarded facility in an order in which investigators look at them first. An entry is a lead,
not a finding. **Not for**: deciding about a person, their pay, access or employment; proof of anything; other sites.

## What it is
For each of {behaviours} behaviours in {families} families, a map from surprise to the bits it is worth; {detectors};
a p-norm that fuses them, so that parts sum to the score. One model for everybody: nothing in it belongs to a person,
and no array is as long as the people.

## Data
{data}

No ground truth was read. {dispositions}
Attributes kept for audits (employer, tenure, what a site supplies) were not read.

## How well it keeps its word
Fitted once more to the nights but the last {held}, and asked about those. Days called at least so rare, over the days
that may be: 1 is exact, above 1 it cries too often. 95 % intervals, people being drawn.

| once in | person-days asked | ratio |
|---|---|---|
{words}

Whether it finds insiders is measured where it is compared with a champion on frozen nights: see the run named in this
version's tag `comparison`, if it has one, and `postern evaluate`.

## Limits
- People with a short history are not scored, and said to be unscored: silence about them is not safety.
- What is rare is told, not why. Somebody who does wrong as they always did is not surprising to their own past.
- A habit that changes for everybody (an outage, a new reader) makes many days strange until learnt: `postern drift`.
- Whoever changes slowly enough teaches the baseline; guard gap and accumulation make that slower, not impossible.
- What no feed records is not seen.

## Innocent explanations
Most strange days are innocent. By family, what an investigator should rule out first:

{innocent}

## Audits
{audits}

## An example of an explanation
An invented day, nobody's: {reasons} behaviours of different families at {bits:.0f} bits each, all else as ever.

{example}
"""

AUDITS: Mapping[str | None, str] = {
    CHALLENGER: """Bias by role, employer, tenure and shift pattern, and the robustness suite, are verdicts of the gate
before promotion; none were made where it cannot be compared with the champion, as its tag `gate` says then. Their
figures stand in the comparison's run. `postern audit` repeats the first on the published lists.""",
    CHAMPION: """None were made: it had nothing to be compared with, and scored at once. `postern audit` asks about bias
on the lists it made.""",
    None: "None were made: it ranks nights of the past or is tried out, and no gate was asked.",
}
"""What became of the gate, by the alias that the version was given."""


def card(
    champion: Champion,
    behaviours: Sequence[Behaviour],
    trained_on: str,
    data: Mapping[str, str | int | float],
    words: Sequence[Word],
    held: int,
    alias: str | None,
) -> str:
    """The card as Markdown. `data` says what was read, a line each; `words` what the nights held back gave; `alias` how
    the version begins, one of AUDITS."""
    families = dict.fromkeys(b.family for b in behaviours)
    rows = [
        f"| {w.once_in} | {w.person_days:,} | {w.ratio:.2f} [{w.ratio_interval[0]:.2f}, {w.ratio_interval[1]:.2f}] |"
        for w in words
    ]
    return TEXT.format(
        trained_on=trained_on,
        behaviours=len(behaviours),
        families=len(families),
        detectors="; ".join(f"{d.name}: {d.doc.rstrip('.').lower()}" for d in detectors().values()),
        data="\n".join(f"- {name}: {told}" for name, told in data.items()),
        held=f"{held} nights",
        dispositions=of_dispositions(champion),
        words="\n".join(rows) or "| – | 0 | too short a history to hold nights back |",
        innocent="\n".join(
            f"- **{family}**: {'; '.join(dict.fromkeys(b.innocent for b in behaviours if b.family == family))}"
            for family in families
        ),
        audits=AUDITS[alias],
        reasons=INVENTED_REASONS,
        bits=INVENTED_BITS,
        example=example(champion, behaviours),
    )


def of_dispositions(champion: Champion) -> str:
    """What came of past leads, and what that changed."""
    moved = {name: weight for name, weight in champion.trust.items() if weight != 1.0}
    if not moved:
        return "No disposition changed how loud a family is heard."
    told = ", ".join(f"{name} × {weight:.2f}" for name, weight in sorted(moved.items()))
    return f"What came of past leads turned families up or down, within {LEAST:g} and {MOST:g}: {told}."


def example(champion: Champion, behaviours: Sequence[Behaviour]) -> str:
    """What the model says of an invented day: its score, and the parts that sum to it, as investigators read them."""
    families: dict[str, int] = {}
    for at, b in enumerate(behaviours):
        if b.kind == "count":
            families.setdefault(b.family, at)
    strange = list(families.values())[:INVENTED_REASONS]
    bits = np.zeros((1, len(behaviours)))
    bits[0, strange] = INVENTED_BITS
    scored = champion.scored(bits, {})
    spoken = {b.name: sentence(b, INVENTED_VALUE, INVENTED_USUAL, INVENTED_USUAL) for b in behaviours}
    spoken |= {d.name: d.says for d in detectors().values()}
    told = sorted(zip(scored.parts[0].tolist(), champion.names, strict=True), key=lambda part: (-part[0], part[1]))
    lines = [f"| {part:.2f} | {name} | {spoken[name]} |" for part, name in told if part > 0]
    return "\n".join(
        [
            f"Score {scored.score[0]:.2f} bits: a day this unusual is expected once in "
            f"{champion.once_in(scored.score)[0]:,.0f} person-days.",
            "",
            "| part, bits | channel | said as |",
            "|---|---|---|",
            *lines,
            "",
            f"The parts sum to {sum(part for part, _ in told):.2f} bits.",
        ]
    )
