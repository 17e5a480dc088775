"""The card of a model: its sections, an example that adds up, and no verdict that nobody gave."""

from datetime import date

import numpy as np

from models import succession
from models.card import card
from models.champion import Champion

NIGHT = date(2030, 5, 17)


def test_a_card_has_its_sections_and_an_example_that_adds_up(behaviours):
    champion = Champion.untrained(behaviours)
    text = card(champion, behaviours, str(NIGHT), {"people": 40}, [], 14, None)
    for section in ("Purpose", "Data", "Limits", "Innocent explanations", "Audits", "An example of an explanation"):
        assert f"## {section}\n" in text
    assert "- people: 40" in text
    assert "too short a history" in text
    assert "The parts sum to 14.27 bits." in text  # two kinds of count at 12 bits each: 12 · 2^¼
    assert np.isclose(12 * 2**0.25, 14.27, atol=0.005)


def test_a_card_claims_no_verdict_of_a_gate_that_was_never_asked(behaviours):
    champion, challenger, none = (
        card(Champion.untrained(behaviours), behaviours, str(NIGHT), {}, [], 14, alias)
        for alias in (succession.CHAMPION, succession.CHALLENGER, None)
    )
    assert "None were made: it had nothing to be compared with" in champion
    assert "None were made" in none
    assert "nothing to be compared with" not in none
    assert "are verdicts of the gate" in " ".join(challenger.split())
    assert not [told for told in (champion, none) if "verdict" in told]
