"""Person × item by the same collaborative filtering: do tonight's media and sorts of file fit what this person has?

An opinion of its own, beside models.detectors.affinity: where somebody stands weighs as what could be done there, what
somebody handles at a computer does not (docs/decisions/0045).
"""

from models.detector import Detector

DETECTOR = Detector(
    name="item_affinity",
    says="Handled removable media or sorts of file that people of the same habits do not handle.",
    innocent="a new program; a task taken over from another department; a medium that a colleague handed on",
    doc="Collaborative filtering person × item: how badly the day's media and sorts of file fit the person's own.",
)
