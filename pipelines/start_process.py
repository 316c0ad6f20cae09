"""Makes a command's process the same on every machine, and start sooner.

A command is a process of its own: settings that the user made for other
programs do not reach it, and notices of libraries do not hide its output.
"""

import contextlib
import importlib.abc
import importlib.util
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from pipelines.errors import UserError

_OF_OTHER_PROGRAMS = (
    "KERAS_MAX_EPOCHS",
    "KERAS_MAX_STEPS_PER_EPOCH",
    "KERAS_NNX_ENABLED",
    "TF_USE_LEGACY_KERAS",
)
# Keras imports them for wrappers and pictures that no command uses: seconds.
_NOT_FOR_KERAS = ("matplotlib", "sklearn")
_FILTER = Path(__file__).with_name("tensorflow_notices.py")


def start_process() -> None:
    """Prepares a process that has not imported Keras or TensorFlow yet.

    Raises:
        UserError: if the user chose another backend of Keras.
    """
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        raise UserError(
            f"the environment variable KERAS_BACKEND is {backend}; unset it, "
            "because this program needs TensorFlow"
        )
    # Child processes inherit these.
    for name in _OF_OTHER_PROGRAMS:
        os.environ.pop(name, None)
    os.environ["KERAS_BACKEND"] = "tensorflow"
    # Keras finds no keras.json there, and writes none.
    os.environ["KERAS_HOME"] = os.devnull
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if "keras" not in sys.modules:
        sys.meta_path.insert(0, _Around("keras", _sparing_keras))
    if shows_notices():
        return
    # It has a folder for its cache without a home folder, too.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    if "tensorflow" not in sys.modules and sys.stderr is not None:
        sys.meta_path.insert(0, _Around("tensorflow", _quiet_tensorflow))


def show_notices() -> None:
    """Ends what `start_process` does to hide notices.

    Must come before the import of TensorFlow.
    """
    # Child processes inherit it.
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "0"
    logging.getLogger("matplotlib").setLevel(logging.NOTSET)
    sys.meta_path[:] = [
        each
        for each in sys.meta_path
        if getattr(each, "context", None) is not _quiet_tensorflow
    ]


def shows_notices() -> bool:
    """Returns whether this process prints the notices of libraries."""
    return os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "0"


class _Around(importlib.abc.MetaPathFinder):
    """Imports a module in a context, wherever the import happens."""

    def __init__(
        self, name: str, context: Callable[[], AbstractContextManager]
    ):
        self.name = name
        self.context = context
        self.looks_for_it = False

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self.name or self.looks_for_it:
            return None
        self.looks_for_it = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self.looks_for_it = False
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def execute_inside(module):
            # Not earlier: TensorFlow only asks where Keras is, at first.
            sys.meta_path.remove(self)
            with self.context():
                execute(module)

        spec.loader.exec_module = execute_inside
        return spec


@contextlib.contextmanager
def _sparing_keras() -> Iterator[None]:
    hidden = [name for name in _NOT_FOR_KERAS if name not in sys.modules]
    # Python then says that they are not installed.
    sys.modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextlib.contextmanager
def _quiet_tensorflow() -> Iterator[None]:
    with _filtered_stderr():
        yield
        # Its notices about GPUs come with the first look at them.
        sys.modules["tensorflow"].config.list_physical_devices()
    # And what its Python part logs, like libraries that build on it.
    from absl import logging as absl_logging

    absl_logging.set_verbosity(absl_logging.ERROR)


@contextlib.contextmanager
def _filtered_stderr() -> Iterator[None]:
    """Sends the stderr of this process, C++ included, through the filter.

    The filter is a process: if TensorFlow aborts this one, its last words are
    printed all the same.
    """
    sys.stderr.flush()
    stderr = os.dup(2)
    with subprocess.Popen(
        [sys.executable, "-I", "-S", _FILTER], stdin=subprocess.PIPE
    ) as notices:
        os.dup2(notices.stdin.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(stderr, 2)
            os.close(stderr)
