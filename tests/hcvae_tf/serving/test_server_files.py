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


def message_type(name, *fields):
    """Returns a message type of the server that its Python package lacks."""
    file = descriptor_pb2.FileDescriptorProto(
        name=f"{name}.proto", package="tensorflow.serving", syntax="proto3"
    )
    file.dependency.append(wrappers_pb2.DESCRIPTOR.name)
    kind = file.message_type.add(name=name)
    for number, (field, type_, repeated) in enumerate(fields, 1):
        added = kind.field.add(name=field, number=number)
        added.label = FIELD.LABEL_REPEATED if repeated else FIELD.LABEL_OPTIONAL
        if isinstance(type_, str):
            added.type, added.type_name = FIELD.TYPE_MESSAGE, type_
        else:
            added.type = type_
    return file


@pytest.fixture(scope="module")
def parse():
    """Returns a parser, written from the server's published .proto files."""
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(wrappers_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(
        message_type(
            "BatchingParameters",
            ("max_batch_size", WRAPPED, False),
            ("batch_timeout_micros", WRAPPED, False),
            ("max_enqueued_batches", WRAPPED, False),
            ("num_batch_threads", WRAPPED, False),
            ("thread_pool_name", ".google.protobuf.StringValue", False),
            ("allowed_batch_sizes", FIELD.TYPE_INT64, True),
            ("pad_variable_length_inputs", FIELD.TYPE_BOOL, False),
        )
    )
    pool.Add(
        message_type(
            "PrometheusConfig",
            ("enable", FIELD.TYPE_BOOL, False),
            ("path", FIELD.TYPE_STRING, False),
        )
    )
    file = message_type(
        "MonitoringConfig",
        ("prometheus_config", ".tensorflow.serving.PrometheusConfig", False),
    )
    file.dependency.append("PrometheusConfig.proto")
    pool.Add(file)

    def parse_text(name, text):
        kind = pool.FindMessageTypeByName(f"tensorflow.serving.{name}")
        return text_format.Parse(text, message_factory.GetMessageClass(kind)())

    return parse_text


def models_in(folder):
    text = (folder / "models.config").read_text()
    config = model_server_config_pb2.ModelServerConfig()
    return text_format.Parse(text, config).model_config_list.config


def test_the_server_can_read_its_configuration(exported, parse):
    folder = exported.parent
    (model,) = models_in(folder)
    assert (model.name, model.base_path) == ("tiny", "/models/tiny")
    assert model.model_platform == "tensorflow"
    batching = parse(
        "BatchingParameters", (folder / "batching.config").read_text()
    )
    sizes = list(batching.allowed_batch_sizes)
    assert sizes == sorted(sizes)
    assert sizes[-1] == batching.max_batch_size.value == LARGEST_BATCH
    assert batching.num_batch_threads.value > 0
    monitoring = parse(
        "MonitoringConfig", (folder / "monitoring.config").read_text()
    )
    assert monitoring.prometheus_config.enable
    assert monitoring.prometheus_config.path.startswith("/")


def test_compose_names_existing_files(exported):
    folder = exported.parent
    (service,) = yaml.safe_load((folder / "compose.yaml").read_text())[
        "services"
    ].values()
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
    config.write_text(
        config.read_text().replace('"tensorflow"', f'"tensorflow"\n    {label}')
    )
    (tmp_path / "batching.config").write_text("num_batch_threads { value: 9 }")
    write_server_config(tmp_path, "two")
    write_server_config(tmp_path, "one")
    write_server_config(tmp_path, "two")
    assert [model.name for model in models_in(tmp_path)] == ["one", "two"]
    assert models_in(tmp_path)[0].version_labels == {"stable": 1}
    # Comments are ignored.
    text = config.read_text()
    config.write_text(f'{text}# config {{ name: "old" }}')
    write_server_config(tmp_path, "old")
    assert [model.name for model in models_in(tmp_path)] == [
        "one",
        "two",
        "old",
    ]
    config.write_text("# none yet {}")
    write_server_config(tmp_path, "three")
    assert [model.name for model in models_in(tmp_path)] == ["three"]
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
        columns = {
            key: tf.constant(tf.make_ndarray(value))
            for key, value in request.inputs.items()
        }
        assert loaded.signatures[name](**columns)
        seen.append(name)
    assert seen == list(SIGNATURES)


def test_without_the_serving_package_no_warmup_is_written(
    tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "tensorflow_serving.apis", None)
    assert not warmup.write_warmup(tmp_path, "tiny", 4)
    assert list(tmp_path.iterdir()) == []
