"""What the name of a zone or door may not hold: it stands between the names in a way, a stay or a gap."""

from features.passages import SEEN_AT
from features.site_graph import ARROW, SiteGraph
from features.walks import STAYED

SEPARATORS = (ARROW.strip(), STAYED, SEEN_AT)
"""Of the arrow the sign alone: a name that ends in it would lengthen the one that follows."""


def misnamed(graph: SiteGraph) -> list[str]:
    """Zones and doors whose names would be taken apart, a sentence each with the next step; empty when none would."""
    named = [("zone", zone.name) for zone in graph.zones] + [("door", door.name) for door in graph.doors]
    return [
        f"{kind} {name!r} holds {separator!r}, which stands between names where a way or a stay is told: it would be "
        "taken apart there. Next: write another name, and in the log, where that names it, too"
        for kind, name in named
        for separator in SEPARATORS
        if separator in name
    ]
