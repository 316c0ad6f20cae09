"""Writes the costs and sample texts of a run for TensorBoard."""

import keras
import tensorflow as tf

from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.errors import UserError


class TensorBoardLog(keras.callbacks.Callback):
    """Writes the costs and sample texts of each epoch.

    Args:
        run: folder to write to.
        trained: the model that generates the sample texts.
    """

    def __init__(self, run: RunFolder, trained: TrainedTextVAE):
        super().__init__()
        self.run = run
        self.trained = trained
        self.writer = tf.summary.create_file_writer(str(run.tensorboard))

    def on_epoch_end(self, epoch, logs=None):
        """Writes scalars and texts."""
        try:
            with self.writer.as_default(self.model.steps_done):
                for name, value in logs.items():
                    tf.summary.scalar(name, value)
                for name, temperature in (("greedy", 0.0), ("drawn", 1.0)):
                    texts = self.trained.sample(
                        8, temperature=temperature, seed=epoch
                    )
                    tf.summary.text(f"samples {name}", texts)
            self.writer.flush()
        except tf.errors.OpError as error:
            raise UserError(
                f"cannot write {self.run.tensorboard} ({error.message}); free "
                f"some space, then continue with `resume` {self.run.folder}"
            ) from None
