"""What TensorFlow prints at its start, in processes with a stand-in for it."""

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

from pipelines.tensorflow_notices import without_notices

NO_DRIVER = b"I0000 00:00:1.0 1 stub.cc:31] Could not find cuda drivers\n"
CU_INIT = b"E0000 00:00:1.0 1 cuda.cc:52] failed call to cuInit: error 303\n"
NOTICES = [
    b"WARNING: All log messages before absl::InitializeLog() is called are "
    b"written to STDERR\n",
    b"I0000 00:00:1.0 1 port.cc:153] oneDNN custom operations are on.\n",
    b"W0000 00:00:1.0 1 gpu.cc:12] some library is missing\n",
]
ERRORS = [
    b"E0000 00:00:1.0 1 a.cc:1] an error\n",
    b"F0000 00:00:1.0 1 a.cc:1] the end\n",
    b"ImportError: what another library prints\n",
]


def test_errors_stay_and_notices_go():
    assert list(without_notices(NOTICES + ERRORS, 2)) == ERRORS
    assert list(without_notices(NOTICES + ERRORS, 0)) == NOTICES + ERRORS
    assert list(without_notices(NOTICES, 1)) == [NOTICES[0], NOTICES[2]]


def test_a_gpu_that_fails_is_an_error_and_a_missing_one_is_none():
    assert list(without_notices([CU_INIT], 2)) == [CU_INIT]
    assert list(without_notices([NO_DRIVER, CU_INIT], 2)) == []


@pytest.fixture
def start(tmp_path):
    """Returns a function that runs a command with a stand-in's source."""

    def run(tensorflow, work="import tensorflow"):
        (tmp_path / "tensorflow.py").write_text(tensorflow)
        code = (
            f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
            "from pipelines.command_line import run_command\n"
            f"def main():\n    {work}\n"
            "run_command(main)"
        )
        return subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True
        )

    return run


PRINTS = f"import os; os.write(2, {b''.join(NOTICES + ERRORS[:1])!r})\n"
WORKS = """
class config:
    list_physical_devices = lambda: os.write(2, b"I0000 0:0 gpu\\n")
"""


def test_a_command_prints_what_is_an_error(start):
    done = start(
        PRINTS + WORKS,
        "import tensorflow; os = tensorflow.os; "
        "os.write(2, b'I0000 its own line')",
    )
    assert done.returncode == 0
    assert done.stderr == ERRORS[0].decode() + "I0000 its own line"


def test_all_notices_are_printed_when_they_are_asked_for(start):
    done = start(
        PRINTS + WORKS,
        "from pipelines.start_process import show_notices; show_notices(); "
        "from absl import logging; import tensorflow; logging.warning('old')",
    )
    assert done.returncode == 0
    printed = done.stderr.splitlines(keepends=True)
    assert "".join(printed[:-1]).encode() == b"".join(NOTICES + ERRORS[:1])
    assert printed[-1].endswith("old\n")


def test_warnings_of_libraries_are_not_printed(start):
    logs = "logging.warning('deprecated'); logging.error('damaged')"
    done = start(
        "import os\n" + WORKS,
        f"import tensorflow; from absl import logging; {logs}",
    )
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.endswith("damaged")


def test_the_last_words_of_an_abort_are_printed(start):
    done = start(PRINTS + "os.abort()")
    assert done.returncode < 0
    assert done.stderr == ERRORS[0].decode()


def test_a_broken_installation_is_reported(start):
    done = start(PRINTS + "raise ImportError('no libcudart')")
    assert done.returncode == 1
    assert done.stderr.startswith(ERRORS[0].decode() + "Traceback")
    assert done.stderr.endswith("ImportError: no libcudart\n")


@pytest.mark.parametrize("first", ["keras", "tensorflow"])
def test_keras_does_not_import_what_no_command_uses(start, tmp_path, first):
    (tmp_path / "keras.py").write_text(
        "try:\n    import sklearn.base\nexcept ImportError:\n    missing = True"
    )
    # As the real one does.
    asks = "import os, importlib.util\nimportlib.util.find_spec('keras')\n"
    done = start(
        f"{asks}import keras\n{WORKS}",
        f"import {first}; import keras; assert keras.missing; "
        "import sklearn.base, matplotlib; print(matplotlib.__version__)",
    )
    assert done.stderr == ""
    assert done.stdout == f"{version('matplotlib')}\n"


def test_another_backend_of_keras_is_refused():
    done = subprocess.run(
        [sys.executable, "-m", "hcvae_tf"],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: the environment variable KERAS_BACK")
