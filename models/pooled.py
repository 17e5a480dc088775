"""The pooled model as MLflow keeps it: any MLflow client can score a table of bits with it.

MLflow copies this file beside the arrays ("models from code"), so that nothing is pickled and nothing unpickled; it
needs this project on the path. Postern's own nights do not come this way: `models.registry` reads the arrays alone.
"""

from typing import Any

import mlflow
import numpy as np
import pandas as pd

from models.champion import Champion

ARTIFACT = "champion"
"""Under which name the arrays lie beside it."""


class PooledModel(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """Person-days in, scores out: one column of bits for each behaviour, by name."""

    champion: Champion

    def load_context(self, context: Any) -> None:
        """Read the arrays."""
        with np.load(context.artifacts[ARTIFACT], allow_pickle=False) as arrays:
            self.champion = Champion.of_arrays(arrays)

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Scores in bits, a frame of one column; detectors outside the model are silent."""
        names = list(self.champion.names[: len(self.champion.behaviour)])
        bits = model_input[names].to_numpy(dtype=np.float64)
        return pd.DataFrame({"score": self.champion.scored(bits, {}).score})


mlflow.models.set_model(PooledModel())
