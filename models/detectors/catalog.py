"""Every detector, found by looking at the modules of this package for a `DETECTOR`."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import models.detectors
from models.detector import Detector


@cache
def detectors() -> dict[str, Detector]:
    """Name → detector, in the order of their channels, which follow the behaviours'.

    First what looks at surprise, then what a job measures; of each kind in order of names. A champion that is kept
    says which channels it has, and is read only by code that has the same in the same order.
    """
    modules = [import_module(f"models.detectors.{module.name}") for module in iter_modules(models.detectors.__path__)]
    declared = [getattr(module, "DETECTOR", None) for module in modules]
    found = [detector for detector in declared if isinstance(detector, Detector)]
    return {d.name: d for d in sorted(found, key=lambda d: (d.of_surprise is None, d.name))}
