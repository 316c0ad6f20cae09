"""The functions of an export over REST, without TensorFlow.

The format is that of [TensorFlow
Serving](https://www.tensorflow.org/tfx/serving/api_rest).
"""

import base64
import functools
import json
from urllib.parse import quote

import numpy as np
import requests

from hcvae_tf.inference.signatures import (
    LARGEST_BATCH,
    SIGNATURES,
    refuse_options,
)
from hcvae_tf.serving import server_errors


class RestSignatures:
    """Calls the functions of a model on a server; see `hcvae_tf.client`.

    Args:
        address: `http://HOST:PORT`.
        model: its name there.
        version: number, or None.
        label: name of a version, or None.
        timeout: seconds.
    """

    rows = LARGEST_BATCH

    def __init__(self, address, model, version, label, timeout):
        self._address = address.rstrip("/")
        self._model = model
        self._timeout = timeout
        self._path = f"{self._address}/v1/models/{quote(model, safe='')}"
        if version is not None:
            self._path += f"/versions/{version}"
        if label is not None:
            self._path += f"/labels/{quote(label, safe='')}"
        self._session = requests.Session()

    @functools.cached_property
    def z_size(self) -> int:
        """Width of the latent vector, as the server tells it."""
        metadata = self._ask("metadata", "GET", "/metadata")
        try:
            decode = metadata["signature_def"]["signature_def"]["decode"]
            return int(decode["inputs"]["z"]["tensor_shape"]["dim"][1]["size"])
        except (LookupError, TypeError, ValueError):
            raise server_errors.strange(self._address, self._model) from None

    def __call__(
        self, name: str, inputs: dict[str, np.ndarray], **options
    ) -> dict[str, np.ndarray]:
        """Sends one request.

        Raises:
            UserError: if it is not answered, or for `top_k` and `top_p`.
        """
        refuse_options(options)
        columns = {key: _to_json(column) for key, column in inputs.items()}
        body = {"signature_name": name, "inputs": columns}
        outputs = self._ask("outputs", "POST", ":predict", json.dumps(body))
        names = SIGNATURES[name].outputs
        if len(names) == 1:
            # A single column comes without its name.
            outputs = {names[0]: outputs}
        try:
            return {key: _from_json(key, outputs[key]) for key in names}
        except (LookupError, TypeError, ValueError):
            raise server_errors.strange(self._address, self._model) from None

    def _ask(self, part, method, what, body=None):
        try:
            answer = self._session.request(
                method, self._path + what, data=body, timeout=self._timeout
            )
        except requests.Timeout:
            raise server_errors.too_late(self._address, self._timeout) from None
        except requests.RequestException:
            raise server_errors.unreachable(self._address) from None
        try:
            content = dict(answer.json())
        except (ValueError, TypeError):
            content = {}
        said = content.get("error", f"{answer.status_code} {answer.reason}")
        if answer.status_code == requests.codes.not_found:
            raise server_errors.unknown(self._address, self._model, said)
        if not answer.ok:
            raise server_errors.refused(self._address, said)
        if part not in content:
            raise server_errors.strange(self._address, self._model)
        return content[part]


def _to_json(column):
    if column.dtype == object:
        # Any bytes, so not only those that are text.
        return [{"b64": base64.b64encode(text).decode()} for text in column]
    return column.tolist()


def _from_json(name, column):
    if name == "text":
        return np.vectorize(str.encode, otypes=[object])(column)
    return np.array(column, bool if name == "truncated" else np.float32)
