"""How TensorFlow divides the cores in training."""

import os

from pipelines.cores import cores


def share_cores() -> None:
    """Gives each op half of the cores, because two halves of a batch train.

    Must come before the import of TensorFlow. A value that the user has set
    in the environment stays. See `hcvae_tf.layers.halves`.
    """
    threads = str(max(1, cores() // 2))
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", threads)
