"""The acts of the injected scenarios: what each does on one of its days, told in rows of the site's own feeds."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from simulation.act import Act

BRIEF = timedelta(minutes=16)
"""Absences up to this long answer nothing: nobody answers for somebody who is still at the door."""
FIRST, LAST = 0.2, 0.8
"""The part of an absence in which alarms are answered."""


def explore(act: Act) -> None:
    """Refused at strange doors, let in at others."""
    refused, opened = act.number("barred"), act.number("new")
    doors = act.strange(refused + opened)
    for place, (door, at) in enumerate(zip(doors, act.moments(len(doors)), strict=True)):
        act.read(door, at, outcome="denied" if place < refused else "granted")


def steal(act: Act) -> None:
    """Comes back at night, copies, uploads."""
    begins, machine = act.at(float(act.draw.uniform(21.8, 23.0))), (act.host.usual("logon", "machine") or ["?"])[0]
    ends = begins + timedelta(hours=float(act.draw.uniform(1.0, 2.5)))
    for door in act.host.usual("access", "door")[:1]:
        act.read(door, begins)
        act.read(door, ends + timedelta(minutes=6), "out")
    act.add("logon", begins + timedelta(minutes=4), machine=machine, activity="logon")
    act.add("media", begins + timedelta(minutes=6), machine=machine, activity="connect")
    for share in act.draw.uniform(0.1, 0.9, act.number("copied")).tolist():
        name = f"{act.draw.integers(10**9):09d}.zip"
        act.add("file", begins + (ends - begins) * share, machine=machine, filename=name, activity="copy")
    for share in act.draw.uniform(0.1, 0.9, act.number("uploaded")).tolist():
        domain = act.world.uploads[int(act.draw.integers(len(act.world.uploads)))]
        url = f"http://{domain}/{act.draw.integers(16**6):06x}.html"
        act.add("web", begins + (ends - begins) * share, machine=machine, url=url)
    act.add("media", ends - timedelta(minutes=2), machine=machine, activity="disconnect")
    act.add("logon", ends, machine=machine, activity="logoff")


def borrow(act: Act) -> None:
    """The badge at strange doors, at an odd hour."""
    at = act.at(float(act.draw.choice([11.0, 20.75, 23.0])))
    outcomes = act.draw.permutation(["denied"] * act.number("barred") + ["granted"] * act.number("new")).tolist()
    for door, outcome in zip(act.strange(len(outcomes)), outcomes, strict=False):
        at += timedelta(minutes=float(act.draw.uniform(2, 9)))
        act.read(door, at, outcome=outcome)


def impersonate(act: Act) -> None:
    """At a colleague's machine; on the last day mass mail in their name."""
    if act.partner is None:
        return
    machine = (act.partner.usual("logon", "machine") or list(act.world.machines[:1]) or ["?"])[0]
    begins = act.at(float(act.draw.uniform(9.5, 12.5)))
    act.add("logon", begins, machine=machine, activity="logon")
    act.add("logon", begins + timedelta(minutes=25), machine=machine, activity="logoff")
    if act.progress < 1 or not act.world.addresses:
        return
    sender = (act.partner.usual("mail", "from") or list(act.world.addresses[:1]))[0]
    for minute in act.draw.uniform(2, 20, act.number("mailed")).tolist():
        everybody = [act.world.addresses[i] for i in act.draw.permutation(len(act.world.addresses))[:120]]
        fields = {"machine": machine, "to": ";".join(everybody), "from": sender, "size": "31000", "attachments": "0"}
        act.add("mail", begins + timedelta(minutes=minute), act.partner, activity="send", **fields)


def drift(act: Act) -> None:
    """Each day a little later, a little further, a little more."""
    grown = act.progress * act.intensity
    rows = act.host.of("access", act.day)
    machine = (act.host.usual("logon", "machine") or ["?"])[0]
    if rows and grown > 0.2:
        later = timedelta(minutes=act.amounts["later"].drawn(act.draw) * grown)
        act.read(rows[-1].fields["door"], rows[-1].at + later, "out")
    refused, opened, copied = (act.amounts[name].grown(grown) for name in ("barred", "new", "copied"))
    doors = act.strange(refused + opened)
    outcomes = act.draw.permutation(["denied"] * refused + ["granted"] * opened).tolist()
    for door, outcome, at in zip(doors, outcomes, act.moments(len(doors)), strict=False):
        act.read(door, at, outcome=outcome)
    begins = act.at(float(act.draw.uniform(14, 15.5)))
    act.add("media", begins, machine=machine, activity="connect")
    for minute in act.draw.uniform(1, 24, copied).tolist():
        name = f"{act.draw.integers(10**9):09d}.doc"
        act.add("file", begins + timedelta(minutes=minute), machine=machine, filename=name, activity="copy")
    act.add("media", begins + timedelta(minutes=25), machine=machine, activity="disconnect")


def follow(act: Act) -> None:
    """Deep inside without the reads before."""
    if not act.world.ways:
        return
    deep = sorted(act.reachable(), key=lambda zone: (-len(act.world.ways.path("outside", zone)), zone))  # type: ignore[union-attr]
    deep = deep[: max(3, len(deep) // 3)]
    for pause in act.pauses()[: act.number("trips")]:
        act.trip(deep[int(act.draw.integers(len(deep)))], pause, timedelta(minutes=8), act.share("unread"))


def lend(act: Act) -> None:
    """A colleague's round with the host's badge, while the host's own reads go on elsewhere."""
    visited = act.number("visited")
    doors = act.partner.usual("access", "door") if act.partner else act.strange(visited)
    at = act.moments(1)[0]
    for door in (doors * visited)[:visited]:
        act.read(door, at)
        at += timedelta(minutes=float(act.draw.uniform(3, 12)))


def stay_alone(act: Act) -> None:
    """Alone where two must be."""
    paired = sorted(act.world.ways.paired) if act.world.ways else []
    for pause in act.pauses()[:3]:
        if paired and act.trip(paired[int(act.draw.integers(len(paired)))], pause, act.minutes("alone")):
            return


def collude(act: Act) -> None:
    """Two who meet at a strange door, once by day and on every other day at night."""
    if act.partner is None:
        return
    for door, hour in zip(act.strange(2, act.partner), (float(act.draw.uniform(10, 15)), 21.5), strict=False):
        if hour > 20 and act.day.toordinal() % 2:
            continue
        together = act.minutes("together")
        for host in (act.host, act.partner):
            at = act.at(hour) + timedelta(seconds=float(act.draw.uniform(0, 90)))
            act.read(door, at, by=host)
            act.read(door, at + together, "out", by=host)


def skip(act: Act) -> None:
    """Most of the day's reads between the first and the last are not made."""
    rows, skipped = act.host.of("access", act.day)[1:-1], act.share("skipped")
    act.dropped += [row for row in rows if act.draw.random() < skipped]


def scout(act: Act) -> None:
    """Detours past grave zones, and shut doors tried twice."""
    grave = sorted(act.world.ways.grave) if act.world.ways else []
    pauses = act.pauses()
    for pause in pauses[: act.number("detours")] if grave else ():
        act.trip(grave[int(act.draw.integers(len(grave)))], pause, timedelta(minutes=float(act.draw.uniform(5, 12))))
    tested = act.number("tested")
    for door, at in zip(act.strange(tested), act.moments(tested), strict=False):
        for again in (0, 50):
            act.read(door, at + timedelta(seconds=again), outcome="denied")


def desert(act: Act) -> None:
    """Alarms answered at the own console through the longest of the day's pauses that were far from it."""
    own = act.host.of("alarm")
    if not own:
        return
    machine, sensor, desk = (own[-1].fields.get(name, "") for name in ("machine", "sensor", "zone"))
    afar = [(begins, ends) for begins, ends, zone in act.pauses() if zone not in ("", desk) and ends - begins > BRIEF]
    # No absence is made up, as the simulator's walks to the canteen are: the host's own show in reads that exist.
    for begins, ends in afar[: act.number("away")]:
        length = (ends - begins) * (LAST - FIRST)
        answered = act.times(act.amounts["answered"].drawn(act.draw) * (length / timedelta(hours=1)))
        for share in act.draw.uniform(FIRST, LAST, answered).tolist():
            at = begins + (ends - begins) * share
            act.add("alarm", at, activity="acknowledge", machine=machine, sensor=sensor, zone=desk)


ACTS: Mapping[str, Callable[[Act], None]] = {
    "unauthorised_explorer": explore,
    "file_thief": steal,
    "borrowed_badge": borrow,
    "administrator": impersonate,
    "slow_drifter": drift,
    "tailgater": follow,
    "badge_lending": lend,
    "lone_presence": stay_alone,
    "colluding_pair": collude,
    "skipping_patrol": skip,
    "route_scout": scout,
    "empty_desk": desert,
}
"""By the scenario's name in simulation.scenarios."""
