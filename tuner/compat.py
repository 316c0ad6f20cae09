"""All uses of KerasTuner's private API, which an update may break.

`pyproject.toml` bounds its version; `tests/tuner/test_compat.py` names what
an update broke.
"""

import json
from pathlib import Path

import keras_tuner
import keras_tuner.src.config

from pipelines.files.writing import write_text


def hide_tracebacks() -> None:
    """Makes KerasTuner print no tracebacks of failed trials."""
    keras_tuner.src.config.DEBUG = False


def is_worker(tuner: keras_tuner.Tuner) -> bool:
    """Returns whether another process is the chief of the search."""
    return tuner._is_worker()


class OracleFiles:
    """Mixin of oracles that replaces their files in one step.

    KerasTuner writes them in place, so that a kill can truncate them.
    """

    def save(self) -> None:
        """Writes the state of the search."""
        write_text(self._file(), json.dumps(self.get_state()))

    def reload(self) -> None:
        """Reads the state of the search, and all its trials.

        KerasTuner looks for the trials with a pattern, and so finds none in a
        folder with brackets in its name.
        """
        for file in Path(self._project_dir).glob("trial_*/trial.json"):
            trial = keras_tuner.engine.trial.Trial.load(str(file))
            self.trials[trial.trial_id] = trial
        super().reload()

    def _save_trial(self, trial):
        file = Path(self._get_trial_dir(trial.trial_id)) / "trial.json"
        write_text(file, json.dumps(trial.get_state()))

    def _file(self):
        return Path(self._get_oracle_fname())

    def resume_running_trials(self) -> None:
        """Keeps running trials assigned to their workers.

        KerasTuner would assign them to other workers.
        """
        state = json.loads(self._file().read_text())
        for worker, name in state["ongoing_trials"].items():
            self.ongoing_trials[worker] = self.trials[name]
            self._retry_queue.remove(name)

    def forget_unstarted_trials(self) -> None:
        """Deletes trials that the saved state of the search does not list."""
        for name in self.trials.keys() - set(self.start_order):
            del self.trials[name]


class TunerFile:
    """Mixin of tuners that gives all processes of a search the same file.

    KerasTuner names it after the process, so that another process would start
    again.
    """

    def write_tuner_file(self) -> None:
        """Writes the file that makes KerasTuner resume from the oracle's."""
        write_text(Path(self._get_tuner_fname()), "{}")

    def _get_tuner_fname(self):
        return str(Path(self.project_dir) / "tuner.json")
