"""Training steps of the PyTorch model."""

import torch

from benchmarks.pytorch.text_vae import TorchTextVAE
from hcvae_tf.models.config import Config
from hcvae_tf.models.objective import Objective


class Trainer:
    """Trains the model by Adam with the settings' objective.

    The learning rate is constant: a schedule costs nothing.

    Args:
        model: the model.
        config: its settings; the KL weight must be linear.
    """

    def __init__(self, model: TorchTextVAE, config: Config):
        self.model, self.clip_norm = model, config.training.clip_norm
        self.objective = config.objective.in_steps(config.training.steps)
        # Keras's epsilon.
        self.optimizer = torch.optim.Adam(
            model.parameters(),
            config.training.learning_rate,
            eps=1e-7,
            fused=True,
        )
        self.step = 0

    def train_step(self, tokens) -> float:
        """Trains on one batch.

        Args:
            tokens: integer array of shape `(batch, length)`.

        Returns:
            The loss before the step, nats per text.
        """
        tokens = torch.from_numpy(tokens).long()
        noise = torch.randn(len(tokens), self.model.z_size)
        reconstruction, kl, auxiliary = self.model(tokens, noise)
        loss = (
            reconstruction
            + kl_weight(self.objective, self.step) * kl
            + self.objective.alpha * auxiliary
        ).mean()
        self.optimizer.zero_grad()
        loss.backward()
        if self.clip_norm:
            torch.nn.utils.clip_grad_norm_(
                self.model.parameters(), self.clip_norm
            )
        self.optimizer.step()
        self.step += 1
        return loss.item()


def kl_weight(objective: Objective, step: int) -> float:
    """Returns the linear weight of the KL at a step."""
    start, end, floor = objective.kl_start, objective.kl_end, objective.floor
    progress = (step - start) / (end - start)
    return min(max(progress, 0.0), 1.0 - floor) + floor
