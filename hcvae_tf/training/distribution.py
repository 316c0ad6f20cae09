"""Training on several devices or machines."""

import contextlib
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf

from hcvae_tf.models.config import Config
from hcvae_tf.training.cluster import (
    Cluster,
    Strategy,
    read_cluster,
)
from pipelines.errors import UserError
from pipelines.streams.as_written import as_written
from pipelines.streams.prefetching import PARALLEL, prefetched
from pipelines.streams.share import WHOLE, Share
from pipelines.vocabulary import PAD

_WORKER_LOST = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
)


class Distribution:
    """The processes and devices that train one model together.

    Create it before any other use of TensorFlow.

    Args:
        name: `"one"` device; `"mirrored"` over the GPUs of this machine;
            `"multiworker"` over the machines of `TF_CONFIG`; or `"auto"`
            for all that are available.

    Attributes:
        strategy: the `tf.distribute` strategy; models are built in its scope.
        chief: whether this process is the chief, which writes the files.
        multi_process: whether there are other processes.

    Raises:
        UserError: if these devices or machines are not available.
    """

    def __init__(self, name: Strategy = "one"):
        self.cluster: Cluster = read_cluster(name)
        self.chief = self.cluster.index == 0
        self.multi_process = self.cluster.workers > 1
        gpus = len(tf.config.list_physical_devices("GPU"))
        if name == "mirrored" and gpus < 2:
            raise UserError(
                f"`strategy` mirrored needs 2 or more GPUs, but this machine "
                f"has {gpus}; leave it out"
            )
        if self.multi_process:
            print(
                f"worker {self.cluster.index} of {self.cluster.workers}: "
                "waiting for the other workers",
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

    def batches(
        self, stream: Callable[[Share], tf.data.Dataset], batch_size: int
    ):
        """Distributes each batch to the replicas of all processes.

        The texts of a step are the same as on one device.

        Args:
            stream: function that streams a share of each batch, one share per
                process: int32 tensors of shape `(rows, length)`; where rows
                are missing in a last batch, there are rows of padding.
            batch_size: texts per batch, of all replicas together.

        Raises:
            UserError: if the batch cannot be divided equally.
        """
        replicas = self._replicas
        if replicas == 1:
            return stream(WHOLE)
        texts, rest = divmod(batch_size, replicas)
        if rest:
            raise UserError(
                f"`batch_size` {batch_size} cannot be divided equally among "
                f"{replicas} devices; choose a multiple of {replicas}"
            )

        @as_written
        def local_batches(context):
            processes = context.num_input_pipelines
            data = stream(Share(context.input_pipeline_id, processes))
            local = replicas // processes
            shape = (local, texts, data.element_spec.shape[1])

            def by_replica(tokens):
                missing = [[0, local * texts - tf.shape(tokens)[0]], [0, 0]]
                padded = tf.pad(tokens, missing, constant_values=PAD)
                return tf.reshape(padded, shape)

            batches = data.map(by_replica, num_parallel_calls=PARALLEL)
            batches = batches.unbatch()
            if data.cardinality() == tf.data.INFINITE_CARDINALITY:
                # Otherwise all processes check for more data at every step.
                batches = batches.repeat()
            return batches.apply(prefetched)

        return self.strategy.distribute_datasets_from_function(local_batches)

    def gather(self, number: int) -> list[int]:
        """Returns the numbers of all processes, in order; all must call it."""
        if not self.multi_process:
            return [number]
        own = [0] * self.cluster.workers
        own[self.cluster.index] = number
        return self._sum(tf.constant(own, tf.int64)).numpy().tolist()

    def any_process(self, flag: bool) -> bool:
        """Returns whether the flag is set in any process; all must call it."""
        return any(self.gather(int(flag)))

    def check_equal(
        self,
        config: Config,
        fingerprint: str,
        vocabulary: str,
        checkpoint: bytes = b"",
    ) -> None:
        """Checks that all processes have the same settings, data and so on.

        Args:
            config: settings of the run.
            fingerprint: fingerprint of its data.
            vocabulary: its vocabulary, as JSON.
            checkpoint: content of the checkpoint to continue from.

        Raises:
            UserError: if one process differs; all processes raise it.
        """
        # Each machine may have the data at another path.
        config = config.replace("data", data_file=None, data_dir=None)
        state = f"{config.to_json()} {fingerprint} {vocabulary}".encode()
        checksums = self.gather(zlib.crc32(state + checkpoint))
        if len(set(checksums)) > 1:
            other = next(
                index
                for index, checksum in enumerate(checksums)
                if checksum != checksums[0]
            )
            raise UserError(
                f"worker {other} has different settings, another dataset or "
                "another checkpoint than the chief; give all workers the same "
                "flags and a run folder that all can read"
            )

    @contextlib.contextmanager
    def explain_lost_workers(self, folder: Path):
        """Turns the errors after a lost worker into one line.

        Args:
            folder: folder of the run.

        Raises:
            UserError: if another worker has stopped.
        """
        try:
            yield
        except _WORKER_LOST as error:
            if not self.multi_process:
                raise
            raise UserError(
                "another worker has stopped; read its output for the reason, "
                "fix it, and start all workers again, with "
                f"`resume` {folder} if that folder exists"
            ) from error

    @tf.function(autograph=False)
    def _sum(self, values):
        per_replica = self.strategy.run(lambda own: own, args=(values,))
        total = self.strategy.reduce("SUM", per_replica, axis=None)
        # Each process was counted once per replica that it has.
        return total * self.cluster.workers // self._replicas
