"""Sites drawn as text: zones joined by doors, each with the least seconds to the next door.

outside ==G:5== yard      a reader on either side
lobby --O:20-- office     the way back, from right to left, needs no badge
yard >>T:9>> outside      one way, to the right
"""

import re

from features.site_graph import Door, SiteGraph, Zone, site_graph

DOOR = re.compile(r"(==|--|>>)([\w-]+):(\d+)\1")


def doors(drawing: str) -> list[Door]:
    """The doors of a drawing, line by line from left to right."""
    found = []
    for line in drawing.strip().splitlines():
        words = line.split()
        for left, door, right in zip(words[::2], words[1::2], words[2::2], strict=False):
            drawn = DOOR.fullmatch(door)
            assert drawn, f"{door!r} is no door"
            kind, name, seconds = drawn.groups()
            found.append(Door(name, left, right, float(seconds), one_way=kind == ">>", exit_reader=kind == "=="))
    return found


def site(drawing: str, *more: str) -> SiteGraph:
    """The graph of a drawing; `more` zones are declared beside those that it shows."""
    return site_graph([Zone(name) for name in more], doors(drawing))
