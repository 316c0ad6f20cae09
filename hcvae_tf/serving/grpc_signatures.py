"""Signatures of an export on a server, called over gRPC."""

import numpy as np

from hcvae_tf.serving.remote_signatures import RemoteSignatures
from pipelines.errors import UserError


class GrpcSignatures(RemoteSignatures):
    """Calls the signatures over gRPC; `address` is `HOST:PORT`.

    Raises:
        UserError: if tensorflow-serving-api is not installed.
    """

    def __init__(self, address, model, version, label, timeout):
        super().__init__(address, model, version, label, timeout)
        try:
            import grpc
            from tensorflow_serving.apis import prediction_service_pb2_grpc
        except ImportError:
            raise UserError(
                "gRPC needs tensorflow-serving-api: pip install -e "
                "'.[serving]', or connect to http://…:8501"
            ) from None
        self._stub = prediction_service_pb2_grpc.PredictionServiceStub(
            grpc.insecure_channel(address)
        )

    def read_z_size(self) -> int:
        """Reads the width of the latent vector."""
        from tensorflow_serving.apis import get_model_metadata_pb2 as messages

        request = messages.GetModelMetadataRequest()
        request.metadata_field.append("signature_def")
        answer = self._send(self._stub.GetModelMetadata, request)
        found = messages.SignatureDefMap()
        answer.metadata["signature_def"].Unpack(found)
        z = found.signature_def["decode"].inputs["z"]
        return z.tensor_shape.dim[1].size

    def predict(
        self, name: str, inputs: dict[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Sends the columns of a signature; returns those of the answer."""
        import tensorflow as tf
        from tensorflow_serving.apis import predict_pb2

        request = predict_pb2.PredictRequest()
        request.model_spec.signature_name = name
        for key, column in inputs.items():
            request.inputs[key].CopyFrom(tf.make_tensor_proto(column))
        outputs = self._send(self._stub.Predict, request).outputs
        return {key: tf.make_ndarray(outputs[key]) for key in list(outputs)}

    def _send(self, method, request):
        import grpc

        request.model_spec.name = self.model
        if self.version is not None:
            request.model_spec.version.value = self.version
        if self.label is not None:
            request.model_spec.version_label = self.label
        try:
            return method(request, timeout=self.timeout)
        except grpc.RpcError as error:
            code, reason = error.code(), error.details() or ""
        if code == grpc.StatusCode.UNAVAILABLE:
            raise self.unreachable()
        if code == grpc.StatusCode.DEADLINE_EXCEEDED:
            raise self.too_late()
        if code == grpc.StatusCode.NOT_FOUND:
            raise self.unknown(reason)
        raise self.refused(reason or code.name)
