"""Failures of the machine become one line; faults of the program do not."""

import errno
import os

import pytest
import tensorflow as tf

from pipelines.errors import UserError
from pipelines.failures import as_user_error, no_room

_SYSTEM_ERRORS = [
    OSError(number, os.strerror(number), "a/file")
    for number in errno.errorcode
    if number != errno.EPIPE
]


@pytest.mark.parametrize("error", _SYSTEM_ERRORS, ids=str)
def test_an_error_of_the_system_names_the_file_and_the_reason(error):
    told = str(as_user_error(error))
    assert "a/file" in told
    assert error.strerror in told
    assert "\n" not in told
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    assert ("free disk space" in told) == no_room(error) == full


def test_errors_of_tensorflow_lose_the_names_of_its_functions(tmp_path):
    data = tf.data.TFRecordDataset(str(tmp_path / "missing"))
    with pytest.raises(tf.errors.NotFoundError) as error:
        next(iter(data))
    told = str(as_user_error(error.value))
    assert "missing" in told
    assert "function_node" not in told
    assert "Op:" not in told


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "not enough memory"),
        (
            tf.errors.ResourceExhaustedError(None, None, "OOM when allocating"),
            "not enough memory",
        ),
        (
            tf.errors.ResourceExhaustedError(
                None, None, "x/file; No space left on device"
            ),
            "free disk space",
        ),
        (UserError("as it is"), "as it is"),
    ],
)
def test_what_ran_out_is_named(error, words):
    assert words in str(as_user_error(error))


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x")])
def test_a_fault_of_the_program_keeps_its_traceback(error):
    assert as_user_error(error) is None
