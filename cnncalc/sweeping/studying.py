"""The best of a space that is too large to be looked at: Optuna proposes settings, and learns of each.

A study that has a file goes on where it was ended: the file has every setting that was tried.
"""

from __future__ import annotations

import json
import os
import warnings
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cnncalc.errors import UsageError
from cnncalc.sweeping.choosing import pareto, top
from cnncalc.sweeping.job import ERROR
from cnncalc.system.installing import import_needed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cnncalc.sweeping.choosing import Aim
    from cnncalc.sweeping.job import Row, Rows
    from cnncalc.sweeping.spaces import Product, Setting
    from cnncalc.sweeping.sweep import Sweep

_NAME = "cnncalc"
_ASKED = "asked"
"""Under which the study keeps what it was asked for."""
_OVER = "over"
"""Under which a trial keeps by how much it exceeds each bound."""
_BEGIN = b'{"op_code":'
"""With which every line of a study in a file begins."""
_LONGEST = 1 << 20
"""No line of one is longer."""


def _mend(path: str) -> None:
    """Cut off the part of a line that a run which was ended has left at the end of a study.

    Raises UsageError for a file that holds something else, or cannot be read.
    """
    try:
        if not os.path.exists(path):
            return
        with open(path, "r+b") as file:
            whole = 0
            while line := file.readline(_LONGEST):
                if not line.endswith(b"\n"):
                    if not line[: len(_BEGIN)] == _BEGIN[: len(line)]:
                        raise UsageError(f"{path} is no study", "give another file")
                    file.truncate(whole)
                    return
                if not _is_step(line):
                    raise UsageError(f"{path} is no study", "give another file")
                whole += len(line)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None


def _is_step(line: bytes) -> bool:
    """Whether a line is one that Optuna writes."""
    if not line.startswith(_BEGIN):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


class Study:
    """A search of a space for what serves the aims within bounds."""

    def __init__(
        self,
        sweep: Sweep,
        space: Product,
        aims: Sequence[Aim],
        bounds: Mapping[str, int],
        *,
        seed: int = 0,
        path: str = "",
    ) -> None:
        """`sweep` makes rows of settings. Trials are kept in the file `path`, if there is one.

        Raises UsageError if Optuna is missing, or the file has another study.
        """
        if not aims:
            raise UsageError(
                "a search has an aim", "--maximise receptive_field, or --minimise macs"
            )
        for name in {aim.name for aim in aims}:
            if [aim.name for aim in aims].count(name) > 1:
                raise UsageError(f"a search has one aim for `{name}`, and two are given")
        self._optuna = import_needed("optuna", "search", "a search")
        self._sweep, self._space = sweep, space
        self.aims, self.bounds = aims, bounds
        with self._quiet():
            self._study = self._open(path, seed)
        asked = self._fingerprint()
        if self._study.user_attrs.setdefault(_ASKED, asked) != asked:
            raise UsageError(f"{path} has a study of another spec, or with other values of variables, "
                             "aims or bounds", "give another file")  # fmt: skip
        self._study.set_user_attr(_ASKED, asked)

    def run(self, trials: int, told: Callable[[int], None] = lambda _: None) -> None:
        """Try settings until so many have been tried; `told` is called with their number."""
        with self._quiet():
            while (done := len(self._study.trials)) < trials:
                self._try(self._study.ask())
                told(done + 1)

    def rows(self) -> list[Row]:
        """The best row of those tried, or those that no other one beats where there are several aims.

        None if all exceed a bound.
        """
        known: dict[str, Row] = {}
        for trial in self._study.trials:
            if trial.values and not any(over > 0 for over in trial.user_attrs.get(_OVER, (1,))):
                setting = self._setting(trial.params)
                known.setdefault(repr(setting), self._row(setting))
        rows: Rows = list(enumerate(known.values()))
        best = top([rows], 1, self.aims[0]) if len(self.aims) == 1 else pareto([rows], self.aims)
        return [row for _, row in best]

    @property
    def count(self) -> int:
        """How many settings have been tried, now and before."""
        return len(self._study.trials)

    def refusal(self) -> str:
        """Why the first setting that was tried has no numbers; empty if any has some."""
        failed = self._optuna.trial.TrialState.FAIL
        refused = [trial for trial in self._study.trials if trial.state == failed]
        if not refused or any(trial.values for trial in self._study.trials):
            return ""
        row = self._row(self._setting(refused[0].params))
        return row[ERROR] or "a number that is looked at is not known"

    def _try(self, trial: Any) -> None:
        places = {name: trial.suggest_int(name, 0, grid.count - 1)
                  for name, grid in self._space.grids.items()}  # fmt: skip
        row = self._row(self._setting(places))
        costs = [aim.cost(row) for aim in self.aims]
        if (
            row[ERROR] is not None
            or None in costs
            or any(row[name] is None for name in self.bounds)
        ):
            self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
            return
        # Bounds of all kinds are told in shares of themselves: bytes would outweigh layers.
        over = [(row[name] - bound) / max(bound, 1) for name, bound in self.bounds.items()]
        trial.set_user_attr(_OVER, over)
        self._study.tell(trial, costs)

    def _setting(self, places: Mapping[str, int]) -> Setting:
        return {name: grid.value(places[name]) for name, grid in self._space.grids.items()}

    def _row(self, setting: Setting) -> Row:
        row = self._sweep.row_of(setting)
        if row is None:
            raise LookupError(setting)
        return row

    def _open(self, path: str, seed: int) -> Any:
        optuna = self._optuna
        storage = None
        if path:
            journal = import_needed("optuna.storages.journal", "search", "a search")
            _mend(path)
            storage = optuna.storages.JournalStorage(journal.JournalFileBackend(path))
        study = optuna.create_study(storage=storage, study_name=_NAME, load_if_exists=True,
                                    directions=["minimize"] * len(self.aims))  # fmt: skip
        # What goes on must not draw again what was drawn.
        study.sampler = optuna.samplers.TPESampler(
            seed=seed + len(study.trials),
            constraints_func=(lambda trial: trial.user_attrs.get(_OVER, (1.0,)))
            if self.bounds
            else None,
        )
        return study

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """What Optuna says of its own progress is no result; what it tries out may change."""
        self._optuna.logging.set_verbosity(self._optuna.logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield

    def _fingerprint(self) -> str:
        """What a study is about: it must be the same to go on with it."""
        job = self._sweep.job
        about: list[Any] = [job.source.text, job.model, dict(job.fixed), job.channels, dict(job.way),
                            [(name, grid.count, grid.value(0), grid.value(grid.count - 1))
                             for name, grid in self._space.grids.items()],
                            list(map(str, self.aims)), dict(self.bounds)]  # fmt: skip
        return sha256(json.dumps(about, default=str).encode()).hexdigest()
