"""The configuration files of a server, and the warm-up requests."""

import sys

import pytest
import tensorflow as tf
import yaml
from google.protobuf import (
    descriptor_pb2,
    descriptor_pool,
    message_factory,
    text_format,
    wrappers_pb2,
)
from tensorflow_serving.apis import prediction_log_pb2
from tensorflow_serving.config import model_server_config_pb2

from hcvae_tf.inference.signatures import LARGEST_BATCH, SIGNATURES
from hcvae_tf.serving import warmup
from hcvae_tf.serving.server_config import write_server_config
from pipelines.errors import UserError

FIELD = descriptor_pb2.FieldDescriptorProto
WRAPPED = ".google.protobuf.Int64Value"
# Written from the server's published .proto files; its Python package lacks
# these message types. A list stands for a repeated field.
MESSAGES = {
    "BatchingParameters": {
        "max_batch_size": WRAPPED,
        "batch_timeout_micros": WRAPPED,
        "max_enqueued_batches": WRAPPED,
        "num_batch_threads": WRAPPED,
        "thread_pool_name": ".google.protobuf.StringValue",
        "allowed_batch_sizes": [FIELD.TYPE_INT64],
        "pad_variable_length_inputs": FIELD.TYPE_BOOL,
    },
    "PrometheusConfig": {"enable": FIELD.TYPE_BOOL, "path": FIELD.TYPE_STRING},
    "MonitoringConfig": {
        "prometheus_config": ".tensorflow.serving.PrometheusConfig"
    },
}


def parse(name, file):
    """Reads a file as a message of this type."""
    types = descriptor_pb2.FileDescriptorProto(
        name="server.proto", package="tensorflow.serving", syntax="proto3"
    )
    types.dependency.append(wrappers_pb2.DESCRIPTOR.name)
    for message, fields in MESSAGES.items():
        kind = types.message_type.add(name=message)
        for number, (field, type_) in enumerate(fields.items(), 1):
            added = kind.field.add(name=field, number=number)
            added.label = FIELD.LABEL_OPTIONAL
            if isinstance(type_, list):
                added.label, (type_,) = FIELD.LABEL_REPEATED, type_
            if isinstance(type_, str):
                added.type, added.type_name = FIELD.TYPE_MESSAGE, type_
            else:
                added.type = type_
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(wrappers_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(types)
    kind = pool.FindMessageTypeByName(f"tensorflow.serving.{name}")
    message = message_factory.GetMessageClass(kind)()
    return text_format.Parse(file.read_text(), message)


def models_in(folder):
    text = (folder / "models.config").read_text()
    config = model_server_config_pb2.ModelServerConfig()
    return text_format.Parse(text, config).model_config_list.config


def names_in(folder):
    return [model.name for model in models_in(folder)]


def test_the_server_can_read_its_configuration(exported):
    folder = exported.parent
    (model,) = models_in(folder)
    assert (model.name, model.base_path) == ("tiny", "/models/tiny")
    assert model.model_platform == "tensorflow"
    batching = parse("BatchingParameters", folder / "batching.config")
    sizes = list(batching.allowed_batch_sizes)
    assert sizes == sorted(sizes)
    assert sizes[-1] == batching.max_batch_size.value == LARGEST_BATCH
    assert batching.num_batch_threads.value > 0
    monitoring = parse("MonitoringConfig", folder / "monitoring.config")
    assert monitoring.prometheus_config.enable
    assert monitoring.prometheus_config.path.startswith("/")


def test_compose_names_existing_files(exported):
    folder = exported.parent
    compose = yaml.safe_load((folder / "compose.yaml").read_text())
    (service,) = compose["services"].values()
    assert service["image"].startswith("tensorflow/serving")
    assert service["volumes"] == [".:/models:ro"]
    flags = dict(flag.split("=") for flag in service["command"])
    for name in ("model_config", "batching_parameters", "monitoring_config"):
        path = flags[f"--{name}_file"]
        assert path.startswith("/models/")
        assert (folder / path.removeprefix("/models/")).is_file()
    assert flags["--enable_batching"] == "true"


def test_changes_by_the_user_are_kept(tmp_path):
    write_server_config(tmp_path, "one")
    config = tmp_path / "models.config"
    label = "version_labels { key: 'stable' value: 1 }"
    text = config.read_text()
    config.write_text(
        text.replace('"tensorflow"', f'"tensorflow"\n    {label}')
    )
    (tmp_path / "batching.config").write_text("num_batch_threads { value: 9 }")
    for name in ("two", "one", "two"):
        write_server_config(tmp_path, name)
    assert names_in(tmp_path) == ["one", "two"]
    assert models_in(tmp_path)[0].version_labels == {"stable": 1}
    # Comments are ignored.
    text = config.read_text()
    config.write_text(f'{text}# config {{ name: "old" }}')
    write_server_config(tmp_path, "old")
    assert names_in(tmp_path) == ["one", "two", "old"]
    config.write_text("# none yet {}")
    write_server_config(tmp_path, "three")
    assert names_in(tmp_path) == ["three"]
    config.write_bytes(b"\xff")
    with pytest.raises(UserError, match="cannot read"):
        write_server_config(tmp_path, "four")
    assert "9" in (tmp_path / "batching.config").read_text()


def test_the_export_answers_its_warmup_requests(exported):
    loaded = tf.saved_model.load(str(exported / "1"))
    file = exported / "1" / "assets.extra" / "tf_serving_warmup_requests"
    seen = []
    for record in tf.data.TFRecordDataset(str(file)):
        log = prediction_log_pb2.PredictionLog.FromString(record.numpy())
        request = log.predict_log.request
        assert request.model_spec.name == "tiny"
        name = request.model_spec.signature_name
        columns = {k: tf.make_ndarray(v) for k, v in request.inputs.items()}
        columns = {k: tf.constant(column) for k, column in columns.items()}
        assert loaded.signatures[name](**columns)
        seen.append(name)
    assert seen == list(SIGNATURES)


def test_without_the_serving_package_no_warmup_is_written(
    tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "tensorflow_serving.apis", None)
    assert not warmup.write_warmup(tmp_path, "tiny", 4)
    assert list(tmp_path.iterdir()) == []
