"""Private API of KerasTuner: all that an update of it may break.

`pyproject.toml` has an upper bound; `tests/tuner/test_compat.py` names what
broke.
"""

import json
from pathlib import Path

import keras_tuner
import keras_tuner.src.config

from pipelines.files.writing import write_text


def hide_tracebacks() -> None:
    """Lets KerasTuner be silent about trials that failed."""
    keras_tuner.src.config.DEBUG = False


def is_worker(tuner: keras_tuner.Tuner) -> bool:
    """Whether another process is the chief of the search."""
    return tuner._is_worker()


class OracleFiles:
    """Lets an oracle write whole files, which a kill cannot cut short.

    KerasTuner itself writes them in place.
    """

    def save(self) -> None:
        """Writes the state of the search."""
        write_text(self._file(), json.dumps(self.get_state()))

    def _save_trial(self, trial):
        file = Path(self._get_trial_dir(trial.trial_id)) / "trial.json"
        write_text(file, json.dumps(trial.get_state()))

    def _file(self):
        return Path(self._get_oracle_fname())

    def resume_running_trials(self) -> None:
        """Leaves the trials that were running to their workers.

        KerasTuner would give them to others.
        """
        state = json.loads(self._file().read_text())
        for worker, name in state["ongoing_trials"].items():
            self.ongoing_trials[worker] = self.trials[name]
            self._retry_queue.remove(name)

    def forget_unstarted_trials(self) -> None:
        """Deletes trials that were written before the search knew of them."""
        for name in self.trials.keys() - set(self.start_order):
            del self.trials[name]


class TunerFile:
    """Lets all processes of a search share the tuner's one file.

    KerasTuner's own name of it is that of the process, and another process
    would begin anew.
    """

    def write_tuner_file(self) -> None:
        """Writes the file that tells KerasTuner to go on from the oracle's."""
        write_text(Path(self._get_tuner_fname()), "{}")

    def _get_tuner_fname(self):
        return str(Path(self.project_dir) / "tuner.json")
