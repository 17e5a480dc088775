"""Deeds that attacks spread and hide: what each adds to one day, behaviour by behaviour.

No site has labels to read deeds from, and a planted insider's would be the answers themselves. So they are declared,
in multiples of what the busiest tenth do (models.attackers.amount): at a site where much is copied a thief copies much.
A multiple of 1 is a busy day's worth on top of the own day; 2 is what the deed is about, which no duty explains. They
follow the library of planted insiders (simulation.scenarios). Only counts are named, and only those that the deed
itself makes: what follows from them, as the surprise of a way, is left to the night.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed. `adds` names behaviours and, for each, how many times what the busiest tenth do on such a day."""

    name: str
    says: str
    adds: Mapping[str, float]


DEEDS = (
    Deed(
        "theft of files",
        "Comes back after hours, copies files onto media of their own, uploads the rest: abrupt and protracted theft.",
        {
            "events_off_hours": 1,
            "logon_off_hours": 1,
            "media_connects": 1,
            "media_off_hours": 1,
            "media_new": 1,
            "files_copied": 2,
            "files_onto_media": 2,
            "files_off_hours": 1,
            "uploads": 2,
            "uploads_to_new": 1,
            "web_file_sharing": 1,
        },
    ),
    Deed(
        "exploration",
        "Goes to permitted places they never went to and tries doors that stay shut: unauthorised access, sabotage.",
        {
            "badge_reads": 1,
            "doors": 1,
            "zones": 1,
            "doors_new": 2,
            "zones_new": 2,
            "zones_new_to_role": 1,
            "moves_new": 2,
            "doors_refused": 2,
            "zones_refused": 1,
            "refusals": 2,
            "doors_tested": 1,
        },
    ),
    Deed(
        "leak by mail",
        "Logs on at machines of others and mails what is found there to strangers outside: compromised credentials.",
        {
            "logons": 1,
            "machines": 1,
            "machines_new": 2,
            "machines_of_others": 1,
            "machines_of_others_new": 1,
            "messages_sent": 1,
            "attachments": 1,
            "recipients_outside": 2,
            "attachments_outside": 2,
            "counterparts_new": 1,
            "counterparts_outside_new": 2,
            "messages_to_new_outside": 1,
        },
    ),
)
