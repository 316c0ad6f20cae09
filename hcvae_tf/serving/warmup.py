"""Requests that a server answers before it takes others.

The first call of a function takes longer than the next ones; a server makes
it with these, from `assets.extra` of the version that it loads.
"""

from pathlib import Path

from hcvae_tf.inference.signatures import SIGNATURES
from hcvae_tf.serving.example_inputs import example_inputs

FILE = Path("assets.extra") / "tf_serving_warmup_requests"


def write_warmup(folder: Path, name: str, z_size: int) -> bool:
    """Writes one request for each function.

    Args:
        folder: of the version.
        name: of the model.
        z_size: width of its latent vector.

    Returns:
        Whether it was possible: tensorflow-serving-api has to be installed.
    """
    try:
        from tensorflow_serving.apis import predict_pb2, prediction_log_pb2
    except ImportError:
        return False
    import tensorflow as tf

    (folder / FILE).parent.mkdir()
    with tf.io.TFRecordWriter(str(folder / FILE)) as file:
        for signature in SIGNATURES:
            request = predict_pb2.PredictRequest()
            request.model_spec.name = name
            request.model_spec.signature_name = signature
            for key, column in example_inputs(signature, z_size, 1).items():
                request.inputs[key].CopyFrom(tf.make_tensor_proto(column))
            log = prediction_log_pb2.PredictionLog(
                predict_log=prediction_log_pb2.PredictLog(request=request)
            )
            file.write(log.SerializeToString())
    return True
