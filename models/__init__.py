"""The mathematics: tails, baselines, fusion, calibration, evaluation. numpy in, numpy out; no Spark."""
