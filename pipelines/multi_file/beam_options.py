"""Options of an Apache Beam pipeline, and its errors in one line."""

import contextlib
import io
import logging
import re
import shlex
import socket
from collections.abc import Iterator

import tensorflow as tf
from apache_beam.options.pipeline_options import (
    PipelineOptions,
    PortableOptions,
    StandardOptions,
    WorkerOptions,
)
from apache_beam.runners import create_runner

from pipelines.errors import UserError

_TIMEOUT_SECONDS = 5


def read(flags: str) -> PipelineOptions:
    """Reads and checks Beam's pipeline options.

    Args:
        flags: the options as Beam's own programs take them, such as
            `"--runner=FlinkRunner --flink_master=localhost:8081"`.

    Raises:
        UserError: if an option is invalid or unknown, Beam cannot use the
            runner, or its job server does not answer.
    """
    printed = io.StringIO()
    try:
        with contextlib.redirect_stderr(printed):
            options = PipelineOptions(shlex.split(flags))
            known = options.get_all_options()
            every = options.get_all_options(retain_unknown_options=True)
    except (SystemExit, ValueError) as error:
        reason = _last_line(printed.getvalue() or str(error))
        raise UserError(
            f"`beam` cannot be {flags!r} ({reason}); see Beam's pipeline "
            "options"
        ) from error
    unknown = ", ".join(f"--{name}" for name in every if name not in known)
    if unknown:
        raise UserError(
            f"Beam does not know {unknown}; see Beam's pipeline options"
        )
    runner = options.view_as(StandardOptions).runner
    try:
        create_runner(runner or StandardOptions.DEFAULT_RUNNER)
    except (ValueError, AttributeError, ImportError, TypeError) as error:
        raise UserError(
            f"Beam cannot use the runner {runner!r} "
            f"({_last_line(str(error))}); choose another --runner"
        ) from error
    _check_reachable(options.view_as(PortableOptions).job_endpoint)
    workers = options.view_as(WorkerOptions)
    # The errors of workers reach `explained` even without their logs.
    workers.default_sdk_harness_log_level = (
        workers.default_sdk_harness_log_level or "CRITICAL"
    )
    return options


def _check_reachable(job_endpoint: str | None) -> None:
    """Checks that the job server answers; Beam would wait for it forever."""
    host, _, port = (job_endpoint or "").rpartition(":")
    if not host:
        return
    try:
        socket.create_connection((host, int(port)), _TIMEOUT_SECONDS).close()
    except (OSError, ValueError) as error:
        raise UserError(
            f"no Beam job server answers at {job_endpoint} ({error}); start "
            "it, or check --job_endpoint"
        ) from error


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Raises a pipeline's errors in one line, without Beam's log.

    Raises:
        UserError: the one that a worker raised, or one for any other failure.
        OSError, tensorflow.errors.OpError: unchanged.
    """
    previous = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    except (OSError, tf.errors.OpError):
        raise
    except Exception as error:
        # The error of another process arrives as the text of its traceback.
        text = re.sub(r" \[while running [^\n]*", "", str(error))
        if isinstance(error, UserError):
            raise UserError(text) from error
        if messages := re.findall(r"UserError: (.*)", text):
            raise UserError(messages[-1]) from error
        raise UserError(
            f"the Beam pipeline failed ({_last_line(text)}) and nothing was "
            "prepared; fix the cause and run the same command again"
        ) from error
    finally:
        logging.disable(previous)


def _last_line(text: str) -> str:
    return ([""] + [line for line in text.splitlines() if line.strip()])[-1]
