"""Signatures of an export on a server, called over REST.

This module does not need TensorFlow. The format is that of [TensorFlow
Serving](https://www.tensorflow.org/tfx/serving/api_rest).
"""

import base64
import json
from urllib.parse import quote

import numpy as np
import requests

from hcvae_tf.inference.signatures import SIGNATURES
from hcvae_tf.serving.remote_signatures import RemoteSignatures


class RestSignatures(RemoteSignatures):
    """Calls the signatures over REST; `address` is `http://HOST:PORT`."""

    def __init__(self, address, model, version, label, timeout):
        super().__init__(address.rstrip("/"), model, version, label, timeout)
        self._path = f"{self.address}/v1/models/{quote(model, safe='')}"
        if version is not None:
            self._path += f"/versions/{version}"
        if label is not None:
            self._path += f"/labels/{quote(label, safe='')}"
        self._session = requests.Session()

    def read_z_size(self) -> int:
        """Reads the width of the latent vector."""
        metadata = self._send("metadata", "GET", "/metadata")
        decode = metadata["signature_def"]["signature_def"]["decode"]
        return int(decode["inputs"]["z"]["tensor_shape"]["dim"][1]["size"])

    def predict(
        self, name: str, inputs: dict[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Sends the columns of a signature; returns those of the answer."""
        columns = {key: _to_json(column) for key, column in inputs.items()}
        body = {"signature_name": name, "inputs": columns}
        outputs = self._send("outputs", "POST", ":predict", json.dumps(body))
        names = SIGNATURES[name].outputs
        if len(names) == 1:
            # The server sends a single column without its name.
            outputs = {names[0]: outputs}
        return {key: _from_json(key, outputs[key]) for key in names}

    def _send(self, key, method, suffix, body=None):
        try:
            answer = self._session.request(
                method, self._path + suffix, data=body, timeout=self.timeout
            )
        except requests.Timeout:
            raise self.too_late() from None
        except requests.RequestException:
            raise self.unreachable() from None
        try:
            content = dict(answer.json())
        except (ValueError, TypeError):
            content = {}
        reason = content.get("error", f"{answer.status_code} {answer.reason}")
        if answer.status_code == requests.codes.not_found:
            raise self.unknown(reason)
        if not answer.ok:
            raise self.refused(reason)
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
