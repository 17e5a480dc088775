"""The list as CSV, for a spreadsheet, and as JSON, for a case system. Pseudonyms only."""

import csv
import io
import json
from math import isfinite
from typing import Any

from features.pseudonym import code
from jobs.report.against import against, once_in
from jobs.report.night import Lead, Night

COLUMNS = (
    "rank",
    "code",
    "role",
    "team",
    "risk_bits",
    "score_bits",
    "once_in_person_days",
    "change",
    "previous_rank",
    "reasons",
    "innocent_explanations",
    "model",
    "night",
)


def safe(text: str) -> str:
    """Text that no spreadsheet runs as a formula: a leading = + - @, tab or line break is quoted.

    See OWASP, CSV Injection.
    """
    return f"'{text}" if text.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def as_csv(night: Night) -> str:
    """One line per lead under COLUMNS; UTF-8, comma, CRLF as RFC 4180 has it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for lead in night.leads:
        writer.writerow(
            [
                lead.rank,
                safe(lead.code),
                safe(lead.role),
                safe(lead.team),
                f"{lead.risk:.6f}",
                f"{lead.score:.6f}",
                f"{lead.once_in:.1f}",
                safe(lead.change),
                lead.previous_rank or "",
                safe(" | ".join(reason.sentence for reason in lead.reasons)),
                safe(" | ".join(dict.fromkeys(reason.innocent for reason in lead.reasons))),
                safe(lead.model),
                night.day.isoformat(),
            ]
        )
    return out.getvalue()


def as_json(night: Night) -> str:
    """Leads with their reasons, who left, who is unscored, what the list could not see; days, walks and groups are
    told by the page alone. Pseudonyms are text: 64 bits do not fit a JSON number."""
    told: dict[str, Any] = {
        "site": night.site,
        "night": night.day.isoformat(),
        "model": night.model,
        "active_people": night.active,
        "scored_people": night.scored,
        "budget": night.budget,
        "expected_innocent_leads": night.innocent,
        "previous_list": night.previous and night.previous.isoformat(),
        "warnings": list(night.warnings),
        "nights_not_published": list(night.missed),
        "silent_feeds": list(night.silent),
        "leads": [as_dict(night, lead) for lead in night.leads],
        "gone": [
            {"code": left.code, "person": str(left.person), "previous_rank": left.previous_rank, "why": left.why}
            for left in night.gone
        ],
        "unscored": {reason: [code(person) for person in who] for reason, who in night.unscored.items()},
        "versions": dict(night.versions),
    }
    return json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)


def as_dict(night: Night, lead: Lead) -> dict[str, Any]:
    """One lead."""
    return {
        "rank": lead.rank,
        "code": lead.code,
        "person": str(lead.person),
        "role": lead.role,
        "team": lead.team,
        "risk_bits": lead.risk,
        "score_bits": lead.score,
        "once_in_person_days": lead.once_in,
        "once_in_interval": [end if isfinite(end) else None for end in once_in(night, lead)],
        "speaks_against": list(against(night, lead)),
        "previous_rank": lead.previous_rank,
        "reasons": [
            {
                "channel": reason.channel,
                "family": reason.family,
                "part_bits": reason.part,
                "tonight_bits": reason.tonight,
                "seen_on": reason.seen_on.isoformat(),
                "value": reason.value,
                "usual": reason.usual,
                "colleagues": reason.colleagues,
                "unit": reason.unit,
                "sentence": reason.sentence,
                "innocent": reason.innocent,
                "events": [str(event) for event in reason.events],
            }
            for reason in lead.reasons
        ],
    }
