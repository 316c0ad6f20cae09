"""Fake TensorFlow Serving: answers its two protocols with an export.

Written from its documentation (`api_rest.md`, the .proto files): a single
output column is sent without its name, bytes as {"b64": …}, errors as
{"error": …} with the HTTP status of their code.
"""

import base64
import contextlib
import http.server
import json
import re
import threading
from concurrent import futures

import grpc
import numpy as np
import tensorflow as tf
from google.protobuf import json_format
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    predict_pb2,
    prediction_service_pb2_grpc,
)


class Served:
    """An export, served as model `tiny`, version 1, label `stable`.

    `seen` lists the requests: (signature, rows, version, label).
    """

    def __init__(self, folder):
        self.loaded = tf.saved_model.load(str(folder))
        saved = saved_model_pb2.SavedModel.FromString(
            (folder / "saved_model.pb").read_bytes()
        )
        self.metadata = get_model_metadata_pb2.SignatureDefMap()
        for name, signature in saved.meta_graphs[0].signature_def.items():
            self.metadata.signature_def[name].CopyFrom(signature)
        self.seen = []

    def check_served(self, name, version, label):
        if name != "tiny" or version not in (None, 1):
            raise LookupError(f"Servable not found for request: {name}")
        if label not in (None, "stable"):
            # TensorFlow Serving does not report this as "not found".
            raise ValueError(f"Unrecognized servable version label: {label}")

    def predict(self, signature, inputs, version, label):
        function = self.loaded.signatures[signature]
        specs = function.structured_input_signature[1]
        columns = {
            key: tf.constant(column, specs[key].dtype)
            for key, column in inputs.items()
        }
        rows = len(next(iter(columns.values())))
        self.seen.append((signature, rows, version, label))
        if rows > 64:
            raise ValueError(f"Task size {rows} is larger than max_batch_size")
        return {k: v.numpy() for k, v in function(**columns).items()}


@contextlib.contextmanager
def rest(served):
    """Serves the export over HTTP; yields the address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def answer(self, function):
            try:
                status, content = 200, function()
            except LookupError as error:
                status, content = 404, {"error": str(error)}
            except (ValueError, tf.errors.OpError) as error:
                status, content = 400, {"error": str(error)}
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def target(self):
            path = re.fullmatch(
                r"/v1/models/([^/:]+)"
                r"(?:/versions/(\d+)|/labels/([^/:]+))?(:predict|/metadata)",
                self.path,
            )
            name, version, label, action = path.groups()
            version = version and int(version)
            served.check_served(name, version, label)
            return version, label, action

        def metadata(self):
            *_, action = self.target()
            assert action == "/metadata"
            signatures = json_format.MessageToDict(
                served.metadata, preserving_proto_field_name=True
            )
            return {"metadata": {"signature_def": signatures}}

        def predict(self):
            size = int(self.headers["Content-Length"])
            request = json.loads(self.rfile.read(size))
            version, label, action = self.target()
            assert action == ":predict"
            name, inputs = request["signature_name"], request["inputs"]
            inputs = {k: _decode_column(v) for k, v in inputs.items()}
            outputs = served.predict(name, inputs, version, label)
            columns = {k: _encode_column(v) for k, v in outputs.items()}
            if len(columns) == 1:
                (columns,) = columns.values()
            return {"outputs": columns}

        def do_GET(self):
            self.answer(self.metadata)

        def do_POST(self):
            self.answer(self.predict)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _decode_column(column):
    return [
        base64.b64decode(cell["b64"]) if isinstance(cell, dict) else cell
        for cell in column
    ]


def _encode_column(column):
    if column.dtype == object:
        return np.vectorize(bytes.decode, otypes=[object])(column).tolist()
    return column.tolist()


class _Service(prediction_service_pb2_grpc.PredictionServiceServicer):
    def __init__(self, served):
        self.served = served

    def Predict(self, request, context):
        spec = request.model_spec
        version = spec.version.value if spec.HasField("version") else None
        label = spec.version_label or None
        try:
            self.served.check_served(spec.name, version, label)
            inputs = {k: tf.make_ndarray(v) for k, v in request.inputs.items()}
            outputs = self.served.predict(
                spec.signature_name, inputs, version, label
            )
        except LookupError as error:
            context.abort(grpc.StatusCode.NOT_FOUND, str(error))
        except (ValueError, tf.errors.OpError) as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        answer = predict_pb2.PredictResponse()
        for key, column in outputs.items():
            answer.outputs[key].CopyFrom(tf.make_tensor_proto(column))
        return answer

    def GetModelMetadata(self, request, context):
        assert list(request.metadata_field) == ["signature_def"]
        answer = get_model_metadata_pb2.GetModelMetadataResponse()
        answer.metadata["signature_def"].Pack(self.served.metadata)
        return answer


@contextlib.contextmanager
def rpc(served):
    """Serves the export over gRPC; yields the address."""
    server = grpc.server(futures.ThreadPoolExecutor(8))
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(
        _Service(served), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"grpc://127.0.0.1:{port}"
    finally:
        server.stop(None).wait()
