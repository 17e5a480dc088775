"""Where things are: read once from the environment, then passed along."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from expectations.errors import ConfigurationError

PROJECT = Path(__file__).resolve().parent.parent


def home() -> Path:
    """Where set-up keeps what it fetched once (jars, tools, keys): POSTERN_HOME, else `.postern` in the project."""
    return Path(os.environ.get("POSTERN_HOME") or PROJECT / ".postern")


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployment. `lake` is a local path or any URI that Spark reads, without a trailing slash."""

    lake: str
    site: Path
    """The site's configuration file."""
    mlflow: str
    """Tracking and registry URI."""
    airflow: Path
    """AIRFLOW_HOME of `postern airflow`."""
    master: str
    """Spark master of runs that are not started by spark-submit."""
    model: str | None = None
    """A registered version that scores instead of the champion: for the replay of a night it once scored."""

    @property
    def local(self) -> Path | None:
        """The lake as a path; None when it is a URI."""
        return None if "://" in self.lake else Path(self.lake)

    @property
    def published(self) -> Path:
        """Where lists go: in the lake, or beside the site's configuration when the lake is no local folder."""
        return (self.local or self.site.parent) / "published"

    def environment(self) -> dict[str, str]:
        """The variables that make another process find the same deployment."""
        return {
            "POSTERN_LAKE": self.lake,
            "POSTERN_SITE": str(self.site),
            "POSTERN_MLFLOW": self.mlflow,
            "POSTERN_AIRFLOW": str(self.airflow),
            "POSTERN_MASTER": self.master,
            "MLFLOW_TRACKING_URI": self.mlflow,
        }


def settings(lake: str | None = None, site: str | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """What the command line says, else the POSTERN_* variables, else everything below `lake/` in the project.

    | variable        | default                         |
    |-----------------|---------------------------------|
    | POSTERN_LAKE    | `lake` in the project           |
    | POSTERN_SITE    | `site.yaml` in the lake         |
    | POSTERN_MLFLOW  | `mlflow.db` (SQLite) in the lake, or MLFLOW_TRACKING_URI |
    | POSTERN_AIRFLOW | `.postern/airflow`              |
    | POSTERN_MASTER  | `local[*]`                      |
    | POSTERN_MODEL   | the version with the alias champion |

    Raises ConfigurationError when a password stands in the registry's URI.
    """
    given = lake or environment.get("POSTERN_LAKE") or str(PROJECT / "lake")
    root = given.rstrip("/") if "://" in given else str(Path(given).resolve())
    # A lake that is a bucket has no folder for two small files: they stay in Postern's own.
    beside = home() if "://" in root else Path(root)
    return Settings(
        lake=root,
        site=Path(site or environment.get("POSTERN_SITE") or beside / "site.yaml").resolve(),
        mlflow=without_password(
            environment.get("POSTERN_MLFLOW")
            or environment.get("MLFLOW_TRACKING_URI")
            or f"sqlite:///{beside / 'mlflow.db'}"
        ),
        airflow=Path(environment.get("POSTERN_AIRFLOW") or home() / "airflow").resolve(),
        master=environment.get("POSTERN_MASTER") or "local[*]",
        model=environment.get("POSTERN_MODEL") or None,
    )


def without_password(uri: str) -> str:
    """The URI of the registry, which stands in logs, in commands, and on the pages of Airflow and Spark.

    Raises ConfigurationError, which does not repeat it, when a password stands in it.
    """
    # Wider than a parser's answer: of a password with a slash in it, a parser sees a host and a path.
    if re.search(r"//[^/?#]*:.*@|[?&]password=", uri):
        raise ConfigurationError(
            "a password stands in POSTERN_MLFLOW, whose URI is told in logs and commands. Next: leave it out: for "
            "PostgreSQL it goes into the file PGPASSFILE names, for an MLflow server into MLFLOW_TRACKING_PASSWORD."
        )
    return uri
