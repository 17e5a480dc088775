"""What a machine needs once, besides the Python environment that `./postern` made: Java, two jars, a key."""

import logging

from jobs import identity, jars, java

log = logging.getLogger("postern")


def run() -> None:
    """Find or fetch each; nothing is fetched when it is there. Raises SetupError with the command to type."""
    runtime = java.ensure()
    log.info("Java: %s", runtime)
    java.export()
    jars.ensure()
    log.info("Delta's jars: %s", jars.folder())
    identity.pseudonym_key()
    log.info("pseudonym key: in place; back it up, the lake cannot be read with another")
    log.info("set up")
