"""Plans a training that takes the minutes that the user has."""

import contextlib
import dataclasses
import time
from collections.abc import Iterator
from typing import NamedTuple

import keras

from hcvae_tf.models.config import Config
from hcvae_tf.models.presets import Size
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.training.distribution import Distribution

# Share of the time for validation, saving and samples.
_OVERHEAD = 0.05
# Measured on two cores; a faster machine needs less. The first is the time
# before the first step and after the last one, without compiling.
_SECONDS_AT_THE_ENDS = 4.0
_SECONDS_PER_EPOCH = 0.7
_SECONDS_PER_SAVED_PARAMETER = 3e-7
_VALIDATION_COST = 0.45
# As a share of the time to compile the training step. On a GPU this takes
# minutes.
_COMPILING_VALIDATION = 0.3
_EPOCHS = range(2, 31)
_WARM_UP_STEPS = 3
_TIMED_STEPS = 5
_SHARE_FOR_TIMING = 0.02
_SECONDS_FOR_TIMING = (4.0, 20.0)


@dataclasses.dataclass
class TimeBudget:
    """The minutes of a training, and the models to choose from.

    Attributes:
        minutes: how long the command may take, without preparing data.
        begin: `time.monotonic()` when the command began.
        larger: settings of larger models, from small to large, each with when
            to choose it.
    """

    minutes: float
    begin: float = dataclasses.field(default_factory=time.monotonic)
    larger: tuple[tuple[Config, Size], ...] = ()

    @property
    def seconds_left(self) -> float:
        """Seconds until the command must end."""
        return self.begin + 60 * self.minutes - time.monotonic()

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """The time inside, such as that to prepare data, is not counted."""
        begin = time.monotonic()
        yield
        self.begin += time.monotonic() - begin

    def largest(self, steps: float, useful: float) -> Config | None:
        """Returns the settings of the largest model that is worth its time.

        Args:
            steps: steps of the smallest model that there is time for.
            useful: steps after which more do not help, of any model.

        Returns:
            None for the smallest model.
        """
        for config, size in reversed(self.larger):
            if min(steps / size.cost, useful) >= size.steps:
                return config
        return None

    def seconds_for_timing(self) -> float:
        """Returns how long to time the training step."""
        least, most = _SECONDS_FOR_TIMING
        share = _SHARE_FOR_TIMING * 60 * self.minutes
        return min(max(share, least), most, 0.1 * 60 * self.minutes)


class StepTime(NamedTuple):
    """How long a training step takes.

    Attributes:
        step: seconds of a step.
        compiling: seconds to trace and compile it, before the first one.
    """

    step: float
    compiling: float = 0.0


def time_step(
    model: TextVAE, data, distribution: Distribution, seconds: float
) -> StepTime:
    """Times the training step; the model and its optimizer do not change.

    Args:
        model: a compiled model.
        data: batches to train on.
        distribution: all its processes time the chief's number of steps.
        seconds: about how long to time.
    """
    variables = [*model.variables, *model.optimizer.variables]
    state = [variable.numpy() for variable in variables]

    def run(steps):
        watch = _Stopwatch()
        model.fit(
            data,
            steps_per_epoch=steps,
            callbacks=[watch],
            shuffle=False,
            verbose=0,
        )
        return watch.seconds_per_step

    # The first steps trace and compile.
    begin = time.perf_counter()
    run(_WARM_UP_STEPS)
    compiling = time.perf_counter() - begin
    steps = max(_TIMED_STEPS, round(seconds / max(run(_TIMED_STEPS), 1e-4)))
    steps = distribution.gather(steps)[0]
    # Whole numbers, of the chief.
    found = [round(1e6 * value) for value in (run(steps), compiling)]
    for variable, value in zip(variables, state, strict=True):
        variable.assign(value)
    return StepTime(*(distribution.gather(each)[0] / 1e6 for each in found))


def plan(
    config: Config, seconds: float, time_of: StepTime, parameters: int
) -> Config:
    """Returns settings whose training takes the given time.

    What the settings give as a share of the training, and the decay of
    `schedule` epochs, keeps its share.

    Args:
        config: settings with another number of epochs and steps.
        seconds: how long the rest of the command may take.
        time_of: that of a training step, which is compiled again.
        parameters: number of the model's parameters.
    """
    training = config.training
    seconds_per_step = time_of.step
    seconds -= seconds_beside_epochs(time_of)
    overhead = _OVERHEAD * max(seconds, 0.0)
    without_batches = _between_epochs(0, seconds_per_step, parameters)
    batch = _VALIDATION_COST * seconds_per_step
    # Fewer batches rather than fewer than eight epochs.
    batches = int((overhead / 8 - without_batches) / batch)
    batches = min(max(batches, 10), training.validation_batches)
    per_epoch = _between_epochs(batches, seconds_per_step, parameters)
    epochs = int(overhead / per_epoch)
    epochs = min(max(epochs, _EPOCHS[0]), _EPOCHS[-1])
    steps = int((seconds / epochs - per_epoch) / seconds_per_step)
    return _stretched(config, epochs, max(steps, 1), batches)


def seconds_of(steps: float, time_of: StepTime) -> float:
    """Returns the time for which `plan` plans about this number of steps."""
    epochs = steps * time_of.step / (1 - _OVERHEAD)
    return epochs + seconds_beside_epochs(time_of)


def seconds_beside_epochs(time_of: StepTime) -> float:
    """Returns how long the rest of a training takes without its epochs."""
    compiling = (1 + _COMPILING_VALIDATION) * time_of.compiling
    return _SECONDS_AT_THE_ENDS + compiling


def _stretched(config, epochs, steps_per_epoch, batches):
    """Returns settings with another length and the same shape in time."""
    training = config.training
    after = round(training.decay_after / training.epochs * epochs)
    decays = max(training.epochs - training.decay_after, 0)
    power = decays / max(epochs - after, 1)
    return config.replace(
        "training",
        epochs=epochs,
        steps_per_epoch=steps_per_epoch,
        validation_batches=batches,
        decay_after=after,
        decay=training.decay**power,
    )


def seconds_per_epoch(
    config: Config, seconds_per_step: float, parameters: int
) -> float:
    """Returns how long an epoch takes, with validation and saving."""
    training = config.training
    return training.steps_per_epoch * seconds_per_step + _between_epochs(
        training.validation_batches, seconds_per_step, parameters
    )


def _between_epochs(batches, seconds_per_step, parameters):
    """Returns the seconds of validation, saving and samples of an epoch."""
    validation = batches * _VALIDATION_COST * seconds_per_step
    saving = _SECONDS_PER_SAVED_PARAMETER * parameters
    return validation + saving + _SECONDS_PER_EPOCH


class _Stopwatch(keras.callbacks.Callback):
    """Takes the mean time of all steps but the first."""

    def on_train_begin(self, logs=None):
        self.times = []

    def on_train_batch_end(self, batch, logs=None):
        self.times.append(time.perf_counter())

    @property
    def seconds_per_step(self):
        return (self.times[-1] - self.times[0]) / (len(self.times) - 1)
