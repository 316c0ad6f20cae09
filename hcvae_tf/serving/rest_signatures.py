"""Signatures of an export on a server, called over REST.

This module does not need TensorFlow. The format is that of [TensorFlow
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
    """Calls the signatures of a model on a server; see `hcvae_tf.client`.

    Args:
        address: `http://HOST:PORT`.
        model: name of the model on the server.
        version: number of the version, or None.
        label: label of the version, or None.
        timeout: seconds per request.
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
        """Width of the latent vector, from the server's metadata."""
        metadata = self._send("metadata", "GET", "/metadata")
        try:
            decode = metadata["signature_def"]["signature_def"]["decode"]
            return int(decode["inputs"]["z"]["tensor_shape"]["dim"][1]["size"])
        except (LookupError, TypeError, ValueError):
            raise server_errors.strange(self._address, self._model) from None

    def __call__(
        self, name: str, inputs: dict[str, np.ndarray], **options
    ) -> dict[str, np.ndarray]:
        """Calls one signature by a request; see `Signatures`.

        Raises:
            UserError: if the request fails, or `top_k` or `top_p` is given.
        """
        refuse_options(options)
        columns = {key: _to_json(column) for key, column in inputs.items()}
        body = {"signature_name": name, "inputs": columns}
        outputs = self._send("outputs", "POST", ":predict", json.dumps(body))
        names = SIGNATURES[name].outputs
        if len(names) == 1:
            # The server sends a single column without its name.
            outputs = {names[0]: outputs}
        try:
            return {key: _from_json(key, outputs[key]) for key in names}
        except (LookupError, TypeError, ValueError):
            raise server_errors.strange(self._address, self._model) from None

    def _send(self, key, method, suffix, body=None):
        try:
            answer = self._session.request(
                method, self._path + suffix, data=body, timeout=self._timeout
            )
        except requests.Timeout:
            raise server_errors.too_late(self._address, self._timeout) from None
        except requests.RequestException:
            raise server_errors.unreachable(self._address) from None
        try:
            content = dict(answer.json())
        except (ValueError, TypeError):
            content = {}
        reason = content.get("error", f"{answer.status_code} {answer.reason}")
        if answer.status_code == requests.codes.not_found:
            raise server_errors.unknown(self._address, self._model, reason)
        if not answer.ok:
            raise server_errors.refused(self._address, reason)
        if key not in content:
            raise server_errors.strange(self._address, self._model)
        return content[key]


def _to_json(column):
    if column.dtype == object:
        # Base64, because texts can be any bytes.
        return [{"b64": base64.b64encode(text).decode()} for text in column]
    return column.tolist()


def _from_json(name, column):
    if name == "text":
        return np.vectorize(str.encode, otypes=[object])(column)
    return np.array(column, bool if name == "truncated" else np.float32)
