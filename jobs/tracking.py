"""MLflow's page on a lake's trainings, bound to this machine only."""

import logging
import subprocess
import sys
from pathlib import Path

from jobs.settings import Settings

log = logging.getLogger("postern")


def serve(settings: Settings, port: int) -> int:
    """Run MLflow's server until Ctrl-C; its exit code. Where the registry is a server already, say its address; 0."""
    if settings.mlflow.startswith(("http://", "https://")):
        log.info("MLflow: %s, a server that runs by itself; open it there.", settings.mlflow)
        return 0
    command = [str(Path(sys.executable).with_name("mlflow")), "server", "--backend-store-uri", settings.mlflow]
    log.info("MLflow: http://127.0.0.1:%d on %s. Ctrl-C stops it.", port, settings.mlflow)
    try:
        return subprocess.run([*command, "--host", "127.0.0.1", "--port", str(port)], check=False).returncode
    except KeyboardInterrupt:
        return 0
