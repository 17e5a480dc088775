"""A drawn plant with a grave vault and grave pumps, and a day's reads there."""

from pyspark.sql import DataFrame, Row

from features.passages import Ways, judged
from features.site_graph import SiteGraph, Zone, site_graph
from features.walks import walked
from tests.features.drawn import doors

PLANT = """
outside ==G:5== yard ==L:10== lobby ==V:8== vault
lobby ==O:4== office
yard ==P:9== pumps ==Q:9== lobby
"""
#                      vault (inner)
#                        V
#   outside =G= yard =L= lobby =O= office
#                 P      Q
#                  pumps (vital)
AREAS = {"vault": "inner", "pumps": "vital"}


def graph(drawing: str = PLANT, **areas: str) -> SiteGraph:
    """A drawn site with some zones vital or inner; their consequence is 8."""
    return site_graph([Zone(name, area, 8.0) for name, area in areas.items()], doors(drawing))


READS = """
person | at       | door | zone   | direction | outcome
1      | 08:00    | G    | yard   | in        | granted
1      | 08:02    | L    | lobby  | in        | granted
1      | 08:03    | V    | vault  | in        | denied
1      | 08:04    | O    | office | in        | denied
1      | 08:05    | V    | vault  | in        | granted
1      | 08:07    | V    | lobby  | out       | granted
1      | 08:08    | O    | office | in        | granted
1      | 12:00    | O    | lobby  | out       | granted
1      | 12:01    | L    | yard   | out       | granted
1      | 12:02    | P    | pumps  | in        | granted
1      | 12:03    | Q    | lobby  | in        | granted
1      | 12:04    | O    | office | in        | granted
1      | 17:00    | X    | shed   | in        | granted
"""


def told(reads: DataFrame, walks: Ways | None) -> list[Row]:
    return walked(judged(reads, walks), walks).orderBy("event").collect()
