#!/usr/bin/env bash
# Optuna 5.0.0, GridSampler and BruteForceSampler: sweeps with failures, resumed sweeps, and ranges.
#
# One would guess: a resumed sweep runs what is missing, a trial that failed among it, and nothing once all is
# done; and a value that the objective asks for lies in the range that it gave.
# What happens: a point whose trial failed, was pruned or gave NaN counts as visited: the sweep ends with a hole.
# Once all are visited, each further call of optimize runs one more trial, of any point: one too many if there
# is no hole, and not the missing one if there is. GridSampler does not look at the range either:
# suggest_int(1, 8, step=2) gives 2 and 16, if the grid has them, with no more than a warning.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check optuna==5.0.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import warnings

import optuna
from optuna.samplers import BruteForceSampler, GridSampler

optuna.logging.set_verbosity(optuna.logging.CRITICAL)
warnings.simplefilter("ignore")


def sweep(sampler, ending):
    """How many trials each of three calls runs of a sweep of 1 … 4; the points that have a value at the end."""
    study, failed = optuna.create_study(sampler=sampler), []

    def objective(trial):
        width = trial.suggest_int("width", 1, 4)
        if width == 3 and not failed:  # the first time only
            failed.append(width)
            if ending == "fails":
                raise RuntimeError("out of memory")
            if ending == "is pruned":
                raise optuna.TrialPruned
            if ending == "gives NaN":
                return float("nan")
        return width

    trials = []
    for _ in range(3):
        before = len(study.trials)
        study.optimize(objective, n_trials=10, catch=(RuntimeError,))
        trials.append(len(study.trials) - before)
    first = study.trials[: trials[0]]
    return trials, sorted(one.params["width"] for one in first if one.state.name == "COMPLETE")


print("Optuna", optuna.__version__)
found = {}
for kind in ("grid", "brute force"):
    for ending in ("works", "fails", "is pruned", "gives NaN"):
        sampler = GridSampler({"width": [1, 2, 3, 4]}, seed=0) if kind == "grid" else BruteForceSampler(seed=0)
        found[kind, ending] = sweep(sampler, ending)
        print(f"{kind}, 3 {ending}: trials of three calls, points with a value after the first {found[kind, ending]}")
study, asked = optuna.create_study(sampler=GridSampler({"width": [1, 2, 16]}, seed=0)), []
study.optimize(lambda trial: asked.append(trial.suggest_int("width", 1, 8, step=2)) or 0, n_trials=10)
print("grid of 1, 2, 16 at suggest_int(1, 8, step=2):", sorted(asked))
whole, hole = [1, 2, 3, 4], [1, 2, 4]
expected = {(kind, ending): ([4, 1, 1], whole if ending == "works" else hole) for kind, ending in found}
sys.exit(found != expected or sorted(asked) != [1, 2, 16])
PYTHON
