"""Runs the trials of a search, in one process or several."""

import contextlib
import dataclasses
import functools
import math
import signal
import sys
import time
from pathlib import Path

import grpc
import keras_tuner
import tensorflow as tf
from keras_tuner.errors import FailedTrialError

from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.corpus import open_corpus
from hcvae_tf.training.distribution import Distribution
from hcvae_tf.training.resolve import resolve
from pipelines.errors import UserError
from pipelines.subwords import with_subwords
from pipelines.vocabulary import BaseVocabulary
from tuner import process_role
from tuner.compat import TunerFile, hide_tracebacks, is_worker
from tuner.oracles import make_oracle
from tuner.plan import Plan
from tuner.search_progress import SearchProgress
from tuner.search_results import table, trial_results, write_results
from tuner.search_space import PLAN, TextVAESearchSpace
from tuner.trial import continue_from, run_folder, run_trial
from tuner.trial_score import OBJECTIVE, score, worst_cost

_CHANGED = "the data has changed since the search began"
# Texts of this length are compared where the vocabularies differ.
_CHARACTERS = 100


class SearchStopped(KeyboardInterrupt):
    """A signal ended the search; KerasTuner catches every `Exception`."""

    def __init__(self, number: int):
        super().__init__()
        self.signal = signal.Signals(number)


class TextVAETuner(TunerFile, keras_tuner.Tuner):
    """Runs each trial as a training run in the folder of the search.

    Args:
        oracle: see `tuner.oracles`.
        space: the search space.
        folder: folder of the search.
        progress: shows the progress.
    """

    def __init__(
        self,
        oracle: keras_tuner.Oracle,
        space: TextVAESearchSpace,
        folder: Path,
        progress: SearchProgress,
    ):
        super().__init__(
            oracle, space, directory=str(folder), project_name="state"
        )
        self.folder = folder
        self.progress = progress
        plan = space.plan
        if "vocabulary_size" in plan.ranges:
            self.worst = worst_cost(_CHARACTERS, 256)
        else:
            length = plan.settings.data.length
            self.worst = worst_cost(length, space.vocabulary.size)
        if is_worker(self):
            # This waits for the chief.
            found = {each.name: each for each in self.oracle.get_space().space}
            if found[PLAN].value != space.plan.code:
                raise UserError(
                    "the chief searches something else; give all processes "
                    "the same flags"
                )
        else:
            oracle.save()
        self.write_tuner_file()

    def save(self) -> None:
        """Does nothing; the oracle saves the state safely."""

    def pre_create_trial(self) -> None:
        """Pauses: KerasTuner lets a worker without a trial retry at once."""
        time.sleep(0.1)

    def run_trial(self, trial, *args, **kwargs) -> dict[str, float]:
        """Trains one model; returns its costs on validation.

        Raises:
            FailedTrialError: if the training failed.
        """
        plan, values = self.hypermodel.plan, trial.hyperparameters.values
        config = self.hypermodel.config(trial.hyperparameters)
        # Hyperband trains some models on, from an earlier trial.
        epochs = values.get("tuner/epochs", config.training.epochs)
        config = config.replace("training", epochs=epochs)
        folder = run_folder(self.folder, trial.trial_id)
        if earlier := values.get("tuner/trial_id"):
            continue_from(run_folder(self.folder, earlier), folder)
        self.progress.begin(trial.trial_id, values)
        try:
            measures = run_trial(
                folder, config, lambda done: self.progress.move(done / epochs)
            )
        except FailedTrialError as error:
            if is_worker(self):
                # KerasTuner does not send the reason to the chief.
                self.progress.fail(trial.trial_id, str(error))
            raise
        if RunFolder.open(folder).fingerprint != plan.fingerprint:
            raise FailedTrialError(_CHANGED)
        cost = measures["negative_elbo"]
        if "vocabulary_size" in plan.ranges:
            # Windows of other tokens hold other parts of the texts.
            cost = measures["bits_per_char"] * math.log(2) * _CHARACTERS
        cost = score(cost, measures["kl"], plan.min_kl, self.worst)
        return {OBJECTIVE.name: cost, **measures}


def search(folder: Path, plan: Plan, role: str) -> None:
    """Runs a search, or the rest of it.

    Args:
        folder: folder of the search.
        plan: the plan of the search.
        role: see `tuner.process_role`; a chief runs no trials, a worker writes
            no results.

    Raises:
        SearchStopped: after a signal, when everything is saved.
        UserError: if the data or the sizes are invalid, or all trials failed.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    hide_tracebacks()
    # The trials need the memory of the GPUs.
    tf.config.set_visible_devices([], "GPU")
    with contextlib.redirect_stdout(sys.stderr):
        varied = plan.ranges.get("vocabulary_size")
        data = plan.settings.data
        if varied:
            data = dataclasses.replace(data, vocabulary_size=varied.low)
        corpus = open_corpus(data)
        settings = resolve(plan.settings, corpus, Distribution())
        fingerprint = corpus.record["fingerprint"]
        if plan.fingerprint not in ("", fingerprint):
            raise UserError(f"{_CHANGED}; restore it, or begin a new search")
        plan = dataclasses.replace(
            plan, settings=settings, fingerprint=fingerprint
        )

        @functools.cache
        def subwords(size: int) -> BaseVocabulary:
            return with_subwords(corpus, size).vocabulary

        vocabulary = subwords if varied else corpus.vocabulary
        space = TextVAESearchSpace(plan, vocabulary)
        space.check()
        if role != "worker":
            plan.write(folder)
        oracle = make_oracle(plan, shared=role == "chief")
        oracle.fit_budget = space.within_budget
        progress = SearchProgress(plan.trials, bar=role == "alone")

        def results():
            found = trial_results(oracle.trials.values(), plan.min_kl, folder)
            if found and role != "worker":
                write_results(folder, found, plan)
            return found

        oracle.after_trial = lambda name: progress.end(results(), name)
        with progress.bar, _one_line_errors():
            if role == "worker":
                print(f"waiting for the chief at {process_role.address()}")
            tuner = TextVAETuner(oracle, space, folder, progress)
            # An earlier process may have been killed before it wrote them.
            progress.start(results())
            tuner.search(verbose=0)
    if role == "worker":
        return
    found = results()
    print(table(found), end="")
    print(f"wrote trials.md and trials.svg to {folder}", file=sys.stderr)
    if not any(each.measures for each in found):
        raise UserError("no trial could be trained; see the notes in the table")
    if found[0].feasible:
        best = folder / "best.json"
        advice = f"train the best model: python -m hcvae_tf.fit --config {best}"
    else:
        advice = f"no trial kept {plan.min_kl:g} nats of KL; lower --min-kl"
    print(advice, file=sys.stderr)


@contextlib.contextmanager
def _one_line_errors():
    """Turns connection errors between processes into errors of one line."""
    try:
        yield
    except grpc.RpcError as error:
        raise UserError(
            f"the chief at {process_role.address()} does not answer "
            f"({error.code().name}); start it, unless the search is over"
        ) from error
    except RuntimeError as error:
        if "bind" not in str(error):
            raise
        raise UserError(
            f"the chief cannot listen at {process_role.address()}; choose "
            "another address"
        ) from error


def _stop(number, _):
    raise SearchStopped(number)
