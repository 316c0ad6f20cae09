"""Beam's pipeline options from a command line, and its errors in one line."""

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

_ANSWER_SECONDS = 5


def read(flags: str) -> PipelineOptions:
    """Reads options as Beam's own programs take them.

    Args:
        flags: such as `"--runner=FlinkRunner --flink_master=localhost:8081"`.

    Raises:
        UserError: if Beam does not know them, or cannot use the runner.
    """
    printed = io.StringIO()
    try:
        with contextlib.redirect_stderr(printed):
            options = PipelineOptions(shlex.split(flags))
            known = options.get_all_options()
            every = options.get_all_options(retain_unknown_options=True)
    except (SystemExit, ValueError) as error:
        reason = _last_line(printed.getvalue() or str(error))
        raise UserError(f"--beam {flags!r} is wrong: {reason}") from error
    unknown = ", ".join(f"--{name}" for name in every if name not in known)
    if unknown:
        raise UserError(
            f"Beam does not know {unknown}; see its pipeline options"
        )
    runner = options.view_as(StandardOptions).runner
    try:
        create_runner(runner or StandardOptions.DEFAULT_RUNNER)
    except (ValueError, AttributeError, ImportError, TypeError) as error:
        raise UserError(
            f"Beam cannot use the runner {runner!r} ({_last_line(str(error))})"
        ) from error
    _check_reachable(options.view_as(PortableOptions).job_endpoint)
    workers = options.view_as(WorkerOptions)
    # What a worker fails with comes back to `explained` all the same.
    workers.default_sdk_harness_log_level = (
        workers.default_sdk_harness_log_level or "CRITICAL"
    )
    return options


def _check_reachable(job_endpoint: str | None) -> None:
    """Finds out in seconds what Beam would wait for without end."""
    host, _, port = (job_endpoint or "").rpartition(":")
    if not host:
        return
    try:
        socket.create_connection((host, int(port)), _ANSWER_SECONDS).close()
    except (OSError, ValueError) as error:
        raise UserError(
            f"no Beam job server answers at {job_endpoint} ({error}); start "
            "it, or check --job_endpoint"
        ) from error


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turns what a pipeline fails with into one line, without Beam's log.

    Raises:
        UserError: what a worker raised, or that the pipeline failed.
        OSError, tensorflow.errors.OpError: as they are.
    """
    usual = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    except (OSError, tf.errors.OpError):
        raise
    except Exception as error:
        # Another process's error comes as the text of its traceback.
        text = re.sub(r" \[while running [^\n]*", "", str(error))
        if isinstance(error, UserError):
            raise UserError(text) from error
        if own := re.findall(r"UserError: (.*)", text):
            raise UserError(own[-1]) from error
        raise UserError(
            f"the Beam pipeline failed ({_last_line(text)}) and nothing was "
            "prepared; mend that and give the same command again"
        ) from error
    finally:
        logging.disable(usual)


def _last_line(text: str) -> str:
    return ([""] + [line for line in text.splitlines() if line.strip()])[-1]
