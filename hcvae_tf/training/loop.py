"""Training a run from its settings, from the start or from a checkpoint."""

import contextlib
import shutil
import sys
import warnings

from hcvae_tf.inference.local_signatures import LocalSignatures
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from hcvae_tf.models.config import Config
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.storage.model_file import load_model
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.checkpointing import Checkpointing
from hcvae_tf.training.cluster import Strategy
from hcvae_tf.training.compiled_model import compiled_model
from hcvae_tf.training.corpus import open_corpus
from hcvae_tf.training.csv_log import CsvLog
from hcvae_tf.training.distribution import Distribution
from hcvae_tf.training.precision import resolve_precision
from hcvae_tf.training.progress_bar import ProgressBar
from hcvae_tf.training.tensorboard_log import TensorBoardLog
from pipelines.files.writing import replacing, write_text
from pipelines.streams.corpus import Corpus


def start(run: RunFolder, config: Config, strategy: Strategy = "one") -> None:
    """Trains a new run; see `_fit` for what ends it.

    Args:
        run: where to.
        config: its settings.
        strategy: see `hcvae_tf.training.distribution`.

    Raises:
        UserError: if the data, the folder or the settings do not allow it.
    """
    distribution = Distribution(strategy)
    with distribution.explained(run.folder):
        corpus = open_corpus(config.data)
        config = _with_precision_of_chief(resolve(config, corpus), distribution)
        distribution.check_alike(config, corpus.record["fingerprint"])
        # Data that is too small shows before the folder is made.
        _streams(config, corpus, 0, distribution)
        with distribution.strategy.scope():
            model = compiled_model(config, corpus.vocabulary)
        parameters = model.count_params()
        metadata = {"dataset": corpus.record, "parameters": parameters}
        if distribution.chief:
            run.create(config, corpus.vocabulary.to_json(), metadata)
        _say(
            f"{run.folder}: {parameters:,} parameters, "
            f"{config.training.precision} products"
        )
        _fit(run, config, corpus, model, distribution)


def resolve(config: Config, corpus: Corpus) -> Config:
    """Replaces what depends on the data and the machine by what it is here.

    So a run goes on as it began.
    """
    data = config.data
    # The one name that stands for several data sets.
    several = data.dataset == "tweets" and not data.data_file
    precision = resolve_precision(config.training.precision)
    return config.replace(
        "data",
        length=data.length or corpus.default_length,
        dataset=corpus.name if several else data.dataset,
    ).replace("training", precision=precision)


def _with_precision_of_chief(
    config: Config, distribution: Distribution
) -> Config:
    """Settings with the precision that is faster where the chief runs."""
    names = "float32", "bfloat16"
    own = names.index(config.training.precision)
    chosen = names[distribution.gather(own)[0]]
    return config.replace("training", precision=chosen)


def resume(run: RunFolder, config: Config, strategy: Strategy = "one") -> None:
    """Goes on with a run from its last checkpoint, bit for bit.

    Args:
        run: an earlier run.
        config: its settings, with more epochs perhaps.
        strategy: see `hcvae_tf.training.distribution`; it may be another one.

    Raises:
        UserError: as `start`, and if the data has changed or the checkpoint
            is damaged.
    """
    distribution = Distribution(strategy)
    with distribution.explained(run.folder):
        corpus = open_corpus(config.data)
        fingerprint = corpus.record["fingerprint"]
        run.check_data(fingerprint)
        last = run.last.read_bytes() if run.last.exists() else b""
        distribution.check_alike(config, fingerprint, last)
        with distribution.strategy.scope():
            if last:
                model = load_model(run.last)
            else:
                _say(f"{run.folder} has no checkpoint: starting at step 0")
                model = compiled_model(config, corpus.vocabulary)
        if distribution.chief:
            write_text(run.config, config.to_json())
        _fit(run, config, corpus, model, distribution)


def _fit(
    run: RunFolder,
    config: Config,
    corpus: Corpus,
    model: TextVAE,
    distribution: Distribution,
) -> None:
    """Trains to the last epoch and writes the finished model.

    Raises:
        TrainingStopped: after a signal, with the state saved.
        UserError: if the loss is not finite or the disk is full.
    """
    training, length = config.training, config.data.length
    steps, end = training.steps_per_epoch, config.objective.kl_end
    if config.objective.kl_grows and end > training.steps:
        _say(
            f"note: the KL weight is 1 from step {end:,} on, but training "
            f"ends at step {training.steps:,}"
        )
    done = model.steps_done
    trained = TrainedTextVAE(LocalSignatures(model, corpus.vocabulary, length))
    # Keras says this of every validation set whose size it learns by reading.
    warnings.filterwarnings("ignore", "Your input ran out of data")
    with contextlib.ExitStack() as stack:
        checkpointing = Checkpointing(run, distribution, steps)
        callbacks = [stack.enter_context(checkpointing)]
        if distribution.chief:
            progress_bar = ProgressBar(training.epochs, steps, done)
            callbacks = [
                CsvLog(run, training.batch_size),
                stack.enter_context(progress_bar),
                checkpointing,
                TensorBoardLog(run, trained),
            ]
        # An epoch that was begun is finished first; fit has one length of
        # epoch only.
        while done < training.steps:
            epoch, inside = divmod(done, steps)
            epochs = epoch + 1 if inside else training.epochs
            data, validation = _streams(config, corpus, done, distribution)
            model.fit(
                data,
                initial_epoch=epoch,
                epochs=epochs,
                steps_per_epoch=steps - inside,
                validation_data=validation,
                callbacks=callbacks,
                shuffle=False,
                verbose=0,
            )
            done = epochs * steps
    if distribution.chief and run.best.exists():
        with replacing(run.model) as part:
            shutil.copyfile(run.best, part)
    # Who leaves early could not be asked to start again.
    distribution.gather(0)
    _say(f"finished: python -m hcvae_tf.sample {run.folder}")


def _streams(
    config: Config, corpus: Corpus, step: int, distribution: Distribution
):
    """Training batches from a step on, and validation batches."""
    length, training = config.data.length, config.training
    size = training.batch_size
    validation = corpus.evaluation("validation", length, size)
    return tuple(
        distribution.batches(data, size)
        for data in (
            corpus.training(length, size, training.seed, step),
            validation.take(training.validation_batches),
        )
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr)
