"""Training on several devices or machines: who does what."""

import contextlib
import sys
import zlib
from pathlib import Path

import tensorflow as tf

from hcvae_tf.models.config import Config
from hcvae_tf.training.cluster import (
    Cluster,
    Strategy,
    read_cluster,
)
from pipelines.errors import UserError
from pipelines.vocabulary import PAD

_GONE = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
)


class Distribution:
    """This process among those that train one model together.

    Make it before anything else is done with TensorFlow.

    Args:
        name: `"one"` device; `"mirrored"` over the GPUs of this machine;
            `"multiworker"` over the machines of `TF_CONFIG`; or `"auto"`,
            what there is.

    Attributes:
        strategy: models are built in its scope.
        chief: whether this process writes the files.
        several: whether there are other processes.

    Raises:
        UserError: if there are no such devices or machines.
    """

    def __init__(self, name: Strategy = "one"):
        self.cluster: Cluster = read_cluster(name)
        self.chief = self.cluster.index == 0
        self.several = self.cluster.workers > 1
        gpus = len(tf.config.list_physical_devices("GPU"))
        if name == "mirrored" and gpus < 2:
            raise UserError(
                f"`strategy` mirrored needs 2 or more GPUs, and there are "
                f"{gpus}; leave it out"
            )
        if self.several:
            print(
                f"worker {self.cluster.index} of {self.cluster.workers}, "
                "waiting for the others",
                file=sys.stderr,
            )
            self.strategy = tf.distribute.MultiWorkerMirroredStrategy()
        elif name != "one" and gpus > 1:
            self.strategy = tf.distribute.MirroredStrategy()
        else:
            self.strategy = tf.distribute.get_strategy()

    @property
    def _replicas(self):
        return self.strategy.num_replicas_in_sync

    def batches(self, data: tf.data.Dataset, batch_size: int):
        """Deals each batch out to the replicas of all processes.

        Every process reads all batches and keeps its rows, so the texts of a
        step are those that one device would see.

        Args:
            data: int32 tensors of shape `(batch, length)`; a last batch may
                be smaller and is filled up with rows of padding.
            batch_size: texts of a batch, of all replicas together.

        Raises:
            UserError: if the batch cannot be shared equally.
        """
        replicas = self._replicas
        if replicas == 1:
            return data
        share, rest = divmod(batch_size, replicas)
        if rest:
            raise UserError(
                f"`batch_size` {batch_size} cannot be shared equally by "
                f"{replicas} devices; choose a multiple of {replicas}"
            )
        length = data.element_spec.shape[1]

        def pieces(context):
            local = replicas // context.num_input_pipelines
            first = local * context.input_pipeline_id

            def cut(tokens):
                missing = [[0, batch_size - tf.shape(tokens)[0]], [0, 0]]
                whole = tf.pad(tokens, missing, constant_values=PAD)
                shape = (replicas, share, length)
                return tf.reshape(whole, shape)[first : first + local]

            cut_data = data.map(cut, num_parallel_calls=tf.data.AUTOTUNE)
            cut_data = cut_data.unbatch()
            if data.cardinality() == tf.data.INFINITE_CARDINALITY:
                # Else every step asks all processes whether data is left.
                cut_data = cut_data.repeat()
            return cut_data.prefetch(tf.data.AUTOTUNE)

        return self.strategy.distribute_datasets_from_function(pieces)

    def gather(self, number: int) -> list[int]:
        """What each process gives, in their order; all must ask together."""
        if not self.several:
            return [number]
        own = [0] * self.cluster.workers
        own[self.cluster.index] = number
        return self._sum(tf.constant(own, tf.int64)).numpy().tolist()

    def any(self, flag: bool) -> bool:
        """Whether one process at least says so; all must ask together."""
        return any(self.gather(int(flag)))

    def check_alike(
        self, config: Config, fingerprint: str, checkpoint: bytes = b""
    ) -> None:
        """Makes sure that all processes train the same.

        Args:
            config: settings of the run.
            fingerprint: of its data.
            checkpoint: from which training goes on.

        Raises:
            UserError: if one differs; all of them raise it.
        """
        # The data may lie elsewhere on each machine.
        config = config.replace("data", data_file=None, data_dir=None)
        facts = f"{config.to_json()} {fingerprint}".encode()
        codes = self.gather(zlib.crc32(facts + checkpoint))
        if len(set(codes)) > 1:
            other = next(i for i, code in enumerate(codes) if code != codes[0])
            raise UserError(
                f"worker {other} has other settings, other data or another "
                "checkpoint than the chief: give all the same flags, and a "
                "folder of the run that all can read"
            )

    @contextlib.contextmanager
    def explained(self, folder: Path):
        """Turns what happens when another process is gone into a line.

        Args:
            folder: of the run.

        Raises:
            UserError: if another process is gone.
        """
        try:
            yield
        except _GONE as error:
            if not self.several:
                raise
            raise UserError(
                "another worker is gone; what it printed says why; mend that "
                f"and start all again, with `resume` {folder} if it exists"
            ) from error

    @tf.function
    def _sum(self, values):
        spoken = self.strategy.run(lambda own: own, args=(values,))
        total = self.strategy.reduce("SUM", spoken, axis=None)
        # Each replica of a process has spoken for it.
        return total * self.cluster.workers // self._replicas
