"""What a machine needs once, besides the Python environment that `./postern` made: Java, two jars, a key.

And Java's class data, made here so that every session starts fast.
"""

import logging

from jobs import classes, identity, jars, java
from jobs.session import deployment

log = logging.getLogger("postern")


def run() -> None:
    """Find or fetch each; nothing is fetched when it is there. Raises SetupError with the command to type."""
    runtime = java.ensure()
    log.info("Java: %s", runtime)
    java.export()
    jars.ensure()
    log.info("Delta's jars: %s", jars.folder())
    classes.make(lambda: {**deployment("local[*]"), "spark.master": "local[*]"})
    identity.make_key()
    identity.pseudonym_key()
    log.info("pseudonym key: in place; back it up, the lake cannot be read with another")
    log.info("set up")
