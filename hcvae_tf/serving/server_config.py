"""Settings of the server, in the folder that holds all models."""

import re
from pathlib import Path

from hcvae_tf.inference.signatures import LARGEST_BATCH
from hcvae_tf.storage.run_folder import write_text
from pipelines.command_line import UserError

MODELS = "models.config"

_FILES = {
    MODELS: "model_config_list {\n}\n",
    "batching.config": f"""\
# Requests for one function that come within a millisecond share a batch.
max_batch_size {{ value: {LARGEST_BATCH} }}
batch_timeout_micros {{ value: 1000 }}
num_batch_threads {{ value: 4 }}
max_enqueued_batches {{ value: 100 }}
# The functions fill their rows up to multiples of 8.
allowed_batch_sizes: 8
allowed_batch_sizes: 16
allowed_batch_sizes: 32
allowed_batch_sizes: {LARGEST_BATCH}
""",
    "monitoring.config": """\
prometheus_config {
  enable: true
  path: "/monitoring/prometheus/metrics"
}
""",
    "compose.yaml": """\
# docker compose up: gRPC on port 8500, REST on port 8501.
services:
  serving:
    image: tensorflow/serving:latest
    command:
      - --model_config_file=/models/models.config
      # New versions are found by themselves; new models and labels this way.
      - --model_config_file_poll_wait_seconds=30
      # Else a server that starts anew finds no version to give a label to.
      - --allow_version_labels_for_unavailable_models=true
      - --enable_batching=true
      - --batching_parameters_file=/models/batching.config
      - --monitoring_config_file=/models/monitoring.config
    ports:
      - "8500:8500"
      - "8501:8501"
    volumes:
      - .:/models:ro
    healthcheck:
      # The image has no curl. The port opens when all models are loaded.
      test: ["CMD", "bash", "-c", ": > /dev/tcp/127.0.0.1/8501"]
      interval: 10s
    restart: unless-stopped
""",
}


def write_configs(folder: Path, name: str) -> None:
    """Writes what a server needs besides the model.

    What is there stays as it is, but for `models.config`, which gets an entry
    for the model if it has none.

    Args:
        folder: of all models.
        name: of the new model.

    Raises:
        UserError: if they cannot be written, or `models.config` not read.
    """
    for file, text in _FILES.items():
        if not (folder / file).exists():
            write_text(folder / file, text)
    models = folder / MODELS
    try:
        text = models.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UserError(
            f"cannot read {models}; mend it, or delete it and export again"
        ) from None
    if "}" not in _bare(text):
        text += "\n" + _FILES[MODELS]
    if re.search(rf'\bname\s*:\s*["\']{re.escape(name)}["\']', _bare(text)):
        return
    end = _bare(text).rindex("}")
    entry = f"""\
  config {{
    name: "{name}"
    base_path: "/models/{name}"
    model_platform: "tensorflow"
  }}
"""
    write_text(models, text[:end] + entry + text[end:])


def _bare(text):
    """The text with blanks for its comments."""
    return re.sub(
        r"""("[^"\n]*"|'[^'\n]*')|#[^\n]*""",
        lambda found: found[1] or " " * len(found[0]),
        text,
    )
