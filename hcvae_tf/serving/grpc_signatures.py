"""Signatures of an export on a server, called over gRPC."""

import functools

import numpy as np

from hcvae_tf.inference.signatures import (
    LARGEST_BATCH,
    SIGNATURES,
    refuse_options,
)
from hcvae_tf.serving import server_errors
from pipelines.errors import UserError


class GrpcSignatures:
    """Calls the signatures of a model on a server; see `hcvae_tf.client`.

    Args:
        address: `HOST:PORT`.
        model: name of the model on the server.
        version: number of the version, or None.
        label: label of the version, or None.
        timeout: seconds per request.

    Raises:
        UserError: if tensorflow-serving-api is not installed.
    """

    rows = LARGEST_BATCH

    def __init__(self, address, model, version, label, timeout):
        try:
            import grpc
            from tensorflow_serving.apis import prediction_service_pb2_grpc
        except ImportError:
            raise UserError(
                "gRPC needs tensorflow-serving-api: pip install -e "
                "'.[serving]', or connect to http://…:8501"
            ) from None
        self._address = address
        self._model = model
        self._version = version
        self._label = label
        self._timeout = timeout
        self._stub = prediction_service_pb2_grpc.PredictionServiceStub(
            grpc.insecure_channel(address)
        )

    @functools.cached_property
    def z_size(self) -> int:
        """Width of the latent vector, from the server's metadata."""
        from tensorflow_serving.apis import get_model_metadata_pb2 as messages

        request = messages.GetModelMetadataRequest()
        request.metadata_field.append("signature_def")
        answer = self._send(self._stub.GetModelMetadata, request)
        signatures = messages.SignatureDefMap()
        answer.metadata["signature_def"].Unpack(signatures)
        z = signatures.signature_def["decode"].inputs["z"]
        try:
            return z.tensor_shape.dim[1].size
        except IndexError:
            raise server_errors.strange(self._address, self._model) from None

    def __call__(
        self, name: str, inputs: dict[str, np.ndarray], **options
    ) -> dict[str, np.ndarray]:
        """Calls one signature by a request; see `Signatures`.

        Raises:
            UserError: if the request fails, or `top_k` or `top_p` is given.
        """
        refuse_options(options)
        import tensorflow as tf
        from tensorflow_serving.apis import predict_pb2

        request = predict_pb2.PredictRequest()
        request.model_spec.signature_name = name
        for key, column in inputs.items():
            request.inputs[key].CopyFrom(tf.make_tensor_proto(column))
        outputs = self._send(self._stub.Predict, request).outputs
        names = SIGNATURES[name].outputs
        if not set(names) <= set(outputs):
            raise server_errors.strange(self._address, self._model)
        return {key: tf.make_ndarray(outputs[key]) for key in names}

    def _send(self, method, request):
        import grpc

        request.model_spec.name = self._model
        if self._version is not None:
            request.model_spec.version.value = self._version
        if self._label is not None:
            request.model_spec.version_label = self._label
        try:
            return method(request, timeout=self._timeout)
        except grpc.RpcError as error:
            code, reason = error.code(), error.details() or ""
        if code == grpc.StatusCode.UNAVAILABLE:
            raise server_errors.unreachable(self._address)
        if code == grpc.StatusCode.DEADLINE_EXCEEDED:
            raise server_errors.too_late(self._address, self._timeout)
        if code == grpc.StatusCode.NOT_FOUND:
            raise server_errors.unknown(self._address, self._model, reason)
        raise server_errors.refused(self._address, reason or code.name)
