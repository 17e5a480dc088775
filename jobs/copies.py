"""A lake's tables in another place, for whoever makes nights again there."""

import os
import shutil
from pathlib import Path

NOT_COPIED = ("landing", "published", "promotion", "truth", "audit", "mlflow", "mlflow.db")


def copied(lake: Path, root: Path) -> None:
    """The lake's tables in another place. Data files never change, so that a link does; Delta's logs do."""

    def data_linked(source: str, target: str) -> None:
        if source.endswith(".parquet") and "_delta_log" not in Path(source).parts:
            linked(source, target)
        else:
            shutil.copy2(source, target)

    def left_out(folder: str, names: list[str]) -> set[str]:
        # Checksums beside a file would be written in place.
        known = {name for name in names if name.startswith(".") and "_delta_log" not in folder}
        return known | (set(NOT_COPIED) if Path(folder) == lake else {"data_docs"})

    shutil.copytree(lake, root, copy_function=data_linked, ignore=left_out)


def linked(source: str | Path, target: str | Path) -> None:
    """The same file in another place: linked where the file system can, else copied."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
