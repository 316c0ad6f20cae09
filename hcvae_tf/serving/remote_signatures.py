"""What the clients of a server share: their arguments, answers and errors."""

import functools

import numpy as np

from hcvae_tf.inference.signatures import (
    LARGEST_BATCH,
    SIGNATURES,
    refuse_options,
)
from pipelines.errors import UserError, one_line
from pipelines.shortened import shortened


class RemoteSignatures:
    """Calls the signatures of a model on a server; see `hcvae_tf.client`.

    A subclass sends requests: `read_z_size()` and `predict(name, inputs)`. It
    raises a `LookupError`, `TypeError` or `ValueError` if the answer is not
    that of an export.

    Args:
        address: address of the server.
        model: name of the model on the server.
        version: number of the version, or None.
        label: label of the version, or None.
        timeout: seconds per request.
    """

    rows = LARGEST_BATCH

    def __init__(self, address, model, version, label, timeout):
        self.address = address
        self.model = model
        self.version = version
        self.label = label
        self.timeout = timeout

    @functools.cached_property
    def z_size(self) -> int:
        """Width of the latent vector, from the server's metadata."""
        return self._checked(self.read_z_size)

    def __call__(
        self, name: str, inputs: dict[str, np.ndarray], **options
    ) -> dict[str, np.ndarray]:
        """Calls one signature by a request; see `Signatures`.

        Raises:
            UserError: if the request fails, or `top_k` or `top_p` is given.
        """
        refuse_options(options)
        return self._checked(self._named_outputs, name, inputs)

    def _named_outputs(self, name, inputs):
        outputs = self.predict(name, inputs)
        return {key: outputs[key] for key in SIGNATURES[name].outputs}

    def _checked(self, send, *arguments):
        try:
            return send(*arguments)
        except UserError:
            raise
        except (LookupError, TypeError, ValueError):
            raise UserError(
                f"{self.model} at {self.address} is not an export of hcvae_tf; "
                "correct the address or the name"
            ) from None

    def unreachable(self) -> UserError:
        """No server answers at the address, or it is overloaded."""
        return UserError(
            f"no server answers at {self.address}, or it is overloaded; start "
            "one as docs/serving.md says, correct the address, or try again"
        )

    def too_late(self) -> UserError:
        """The server did not answer in time."""
        return UserError(
            f"{self.address} did not answer within {self.timeout:g} seconds; "
            "connect with a longer timeout, or send fewer texts at a time"
        )

    def unknown(self, reason: str) -> UserError:
        """The server does not serve this model, version or label."""
        return UserError(
            f"{self.address} does not serve {self.model}: {_short(reason)}; "
            "see its models.config for names, versions and labels"
        )

    def refused(self, reason: str) -> UserError:
        """The server refused the request."""
        return UserError(
            f"{self.address} refused the request: {_short(reason)}; see the "
            "server's log"
        )


def _short(reason):
    return shortened(one_line(reason), 300) or "no reason given"
