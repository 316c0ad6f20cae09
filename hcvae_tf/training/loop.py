"""The training loop: starts a new run or resumes one from its checkpoint."""

import contextlib
import shutil
import sys
import warnings
from collections.abc import Callable
from shlex import quote

import keras

from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from hcvae_tf.models.config import Config
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.storage.model_file import (
    copy_weights,
    has_prior,
    load_checkpoint,
)
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.batches import batches_from
from hcvae_tf.training.checkpointing import Checkpointing
from hcvae_tf.training.cluster import Strategy
from hcvae_tf.training.compiled_model import (
    compile_here,
    compiled_model,
    extend_schedule,
)
from hcvae_tf.training.corpus import open_corpus, open_corpus_of_run
from hcvae_tf.training.csv_log import CsvLog
from hcvae_tf.training.distribution import Distribution
from hcvae_tf.training.examples import Examples
from hcvae_tf.training.gradient_report import GradientReport
from hcvae_tf.training.notes import notes
from hcvae_tf.training.outcome import measure
from hcvae_tf.training.planning import longer, planned
from hcvae_tf.training.progress import Progress
from hcvae_tf.training.resolve import resolve
from hcvae_tf.training.summary import summary
from hcvae_tf.training.tensorboard_log import TensorBoardLog
from hcvae_tf.training.time_budget import TimeBudget
from pipelines.files.folder_lock import owned
from pipelines.files.writing import replacing, write_text
from pipelines.streams.corpus import Corpus


def start(
    run: RunFolder,
    config: Config,
    strategy: Strategy = "one",
    budget: TimeBudget | None = None,
) -> None:
    """Trains a new run to its last epoch.

    Args:
        run: folder to write to.
        config: settings of the run.
        strategy: see `hcvae_tf.training.distribution.Distribution`.
        budget: how long to train, in place of the settings' number of steps.

    Raises:
        TrainingStopped: after a signal, with the state saved.
        UserError: if the data, the folder or the settings do not allow it,
            the loss is not finite, or the disk is full.
    """
    distribution = Distribution(strategy)
    with distribution.explain_lost_workers(run.folder):
        source = _source(config)
        # The minutes are those of the training.
        with budget.paused() if budget else contextlib.nullcontext():
            corpus = open_corpus(
                config.data, source and source.read_vocabulary()
            )
        config = resolve(config, corpus, distribution)
        with distribution.strategy.scope():
            if budget:
                config, corpus = planned(config, corpus, budget, distribution)
            config = config.in_steps()
            batches = batches_from(config, corpus, distribution)
            # Refuses data that is too small before the folder is created.
            batches(0)
            model = _new_model(config, corpus)
        parameters = model.count_params()
        metadata = {"dataset": corpus.record, "parameters": parameters}
        with _owned(run, distribution):
            if distribution.chief:
                if run.metadata.exists():
                    # Another process was faster.
                    run.check_new()
                run.create(config, corpus.vocabulary.to_json(), metadata)
            _print(
                f"{run.folder}: {parameters:,} parameters, "
                f"matrix products in {config.training.precision}"
            )
            _fit(run, config, corpus, model, distribution, batches)


def _source(config: Config) -> RunFolder | None:
    """Returns the trained run whose weights to begin with."""
    source = config.training.source
    return RunFolder.open(source) if source else None


def _new_model(config: Config, corpus: Corpus) -> TextVAE:
    """Returns the model as it is before the first step."""
    model = compiled_model(config, corpus.vocabulary)
    if source := _source(config):
        copy_weights(load_checkpoint(source, source.best_model()), model)
    return model


def _owned(run: RunFolder, distribution: Distribution):
    """Holds the folder, which only the chief writes to."""
    return owned(run.folder) if distribution.chief else contextlib.nullcontext()


def resume(
    run: RunFolder,
    config: Config,
    strategy: Strategy = "one",
    budget: TimeBudget | None = None,
) -> None:
    """Continues a run from its last checkpoint, bit for bit.

    Args:
        run: an earlier run.
        config: settings of the run, possibly with more epochs.
        strategy: see `hcvae_tf.training.distribution.Distribution`; it may
            differ from that of the earlier run.
        budget: how long to train a finished run further.

    Raises:
        TrainingStopped: as `start`.
        UserError: as `start`, and if the data has changed or the checkpoint
            is damaged.
    """
    distribution = Distribution(strategy)
    with (
        distribution.explain_lost_workers(run.folder),
        _owned(run, distribution),
    ):
        # Damage is found before the training, not after its first epoch.
        run.read_log()
        run.read_best_score()
        corpus = open_corpus_of_run(run, config.data, run.read_vocabulary())
        fingerprint = corpus.record["fingerprint"]
        last = run.last.read_bytes() if run.last.exists() else b""
        vocabulary = corpus.vocabulary.to_json()
        distribution.check_equal(config, fingerprint, vocabulary, last)
        with distribution.strategy.scope():
            if last:
                model = load_checkpoint(run, run.last)
                compile_here(model)
            else:
                _print(f"{run.folder} has no checkpoint: starting at step 0")
                model = _new_model(config, corpus)
            if budget:
                config = longer(config, corpus, model, budget, distribution)
            extend_schedule(model, config.training)
        if distribution.chief:
            goes_on = model.steps_done < config.training.steps
            if goes_on and run.best.exists() and has_prior(run.best):
                _print(
                    "note: the prior was fitted to the model so far; a better "
                    "model has N(0, 1) until you fit one to it: python -m "
                    f"hcvae_tf.prior {quote(str(run.folder))}"
                )
            write_text(run.config, config.to_json())
        batches = batches_from(config, corpus, distribution)
        _fit(run, config, corpus, model, distribution, batches)


def _fit(
    run: RunFolder,
    config: Config,
    corpus: Corpus,
    model: TextVAE,
    distribution: Distribution,
    batches: Callable[[int], tuple],
) -> None:
    """Trains to the last epoch and writes the finished model.

    Raises:
        TrainingStopped: after a signal, with the state saved.
        UserError: if the loss is not finite or the disk is full.
    """
    training, length = config.training, config.data.length
    steps = training.steps_per_epoch
    if distribution.chief:
        for note in notes(config, corpus):
            _print(f"note: {note}")
    done = model.steps_done
    tweets = config.data.dataset.startswith("tweets")
    trained = TrainedTextVAE(model, corpus.vocabulary, length, tweets)
    # Keras warns so at the end of each validation dataset of unknown size.
    warnings.filterwarnings("ignore", "Your input ran out of data")
    with contextlib.ExitStack() as stack:
        checkpointing = Checkpointing(run, distribution, steps)
        callbacks = [
            _norms(model, training),
            GradientReport(distribution.chief),
            stack.enter_context(checkpointing),
        ]
        if distribution.chief:
            text = _first_text(corpus, length)
            progress = Progress(
                training,
                done,
                config.objective,
                Examples(trained, text),
                trained.z_size > 0,
                run.read_best_score() or {},
            )
            callbacks = [
                CsvLog(run, training.batch_size),
                stack.enter_context(progress),
                *callbacks,
                TensorBoardLog(run, trained),
            ]
        # An interrupted epoch is finished first, because all epochs of one
        # call of fit have the same number of steps.
        while done < training.steps:
            epoch, done_in_epoch = divmod(done, steps)
            epochs = epoch + 1 if done_in_epoch else training.epochs
            data, validation = batches(done)
            model.fit(
                data,
                initial_epoch=epoch,
                epochs=epochs,
                steps_per_epoch=steps - done_in_epoch,
                validation_data=validation,
                callbacks=callbacks,
                shuffle=False,
                verbose=0,
            )
            done = epochs * steps
    if distribution.chief and run.best.exists():
        with run.recording_digest(run.model), replacing(run.model) as part:
            shutil.copyfile(run.best, part)
    # Workers wait for the chief: if it fails, all of them must start again.
    distribution.gather(0)
    if distribution.chief and run.read_log():
        outcome = measure(run, config, corpus, model)
        _print("finished")
        if outcome is None:
            _print(f"note: {run.log} has no row of the epoch that is kept")
            return
        for line in summary(config, outcome, run):
            _print(line)


def _norms(model, training):
    """Returns the callback that sets which statistics batch norms use."""
    end = training.batch_statistics * training.epochs
    return keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, _: model.use_batch_statistics(epoch < end)
    )


def _first_text(corpus: Corpus, length: int) -> bytes:
    """Returns the first validation text, or its beginning."""
    tokens = next(iter(corpus.evaluation("validation", length, 1)))
    return corpus.vocabulary.decode(tokens).numpy()[0]


def _print(text: str) -> None:
    print(text, file=sys.stderr)
