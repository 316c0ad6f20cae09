"""Pipelines that fail: what is tried again and what is on disk after."""

import subprocess
import sys
import time

import psutil
import pytest
import tensorflow as tf
from corpus_helpers import user_error, write_file
from multi_file_data import (
    BEAM,
    BEAM_WITH_RETRIES,
    complete_datasets,
    prepare,
    refuses_to_prepare,
)

from pipelines import registry
from pipelines.files import text_files
from pipelines.lines import lines_dataset_builder
from pipelines.multi_file.shard_writer import StableWriter
from pipelines.preparation import sharding

pytestmark = pytest.mark.long

RUNNERS = [pytest.param(BEAM, marks=pytest.mark.slow), None]
STAGES = [pytest.param("reading", marks=pytest.mark.slow), "writing"]

beam = pytest.importorskip("pipelines.multi_file.beam_runner")


@pytest.fixture(scope="module", autouse=True)
def small_parts():
    """Makes several shards and parts even from small files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharding, "SHARD_BYTES", 10_000)
        patch.setattr(beam, "PART_BYTES", 5_000)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two files of 2,000 rows, of which 1,500 are different."""
    folder = tmp_path_factory.mktemp("lines") / "files"
    rows = [b"this is line %d" % (number % 1500) for number in range(2000)]
    write_file(folder, "a.txt", b"\n".join(rows[:1200]))
    write_file(folder, "b.txt", b"\n".join(rows[1200:]))
    return folder


@pytest.fixture(scope="module")
def shards(folder, tmp_path_factory):
    """The files of the dataset, made without Beam."""
    return prepare(folder, tmp_path_factory.mktemp("plain"))


class FailingFunction:
    """Wraps a function whose first calls fail after some output."""

    def __init__(self, function, failures):
        self.function, self.failures_left = function, failures
        self.calls = 0

    def rows(self, *part):
        self.calls += 1
        yield from self._fail_at(50, self.function(*part))

    def write(self, writer, path, examples):
        self.calls += 1
        return self.function(writer, path, self._fail_at(10, examples))

    def _fail_at(self, position, items):
        for number, item in enumerate(items):
            if number == position and self.failures_left:
                self.failures_left -= 1
                raise RuntimeError("a worker broke down")
            yield item


@pytest.fixture
def make_fail(monkeypatch):
    """Makes the first calls of reading or writing fail."""

    def patch(stage, failures):
        if stage == "reading":
            failing = FailingFunction(text_files.rows, failures)
            monkeypatch.setattr(text_files, "rows", failing.rows)
        else:
            failing = FailingFunction(StableWriter.write, failures)
            monkeypatch.setattr(
                StableWriter, "write", lambda *args: failing.write(*args)
            )
        return failing

    return patch


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["reading", "writing"])
def test_failed_bundles_are_retried(folder, shards, tmp_path, make_fail, stage):
    failing = make_fail(stage, failures=3)
    assert prepare(folder, tmp_path, BEAM_WITH_RETRIES) == shards
    assert failing.failures_left == 0
    needed_calls = {"reading": 8, "writing": 5}[stage]
    assert failing.calls >= needed_calls + 3


@pytest.mark.parametrize("stage", STAGES)
def test_failed_pipeline_leaves_no_dataset_and_can_be_repeated(
    folder, shards, tmp_path, make_fail, stage
):
    failing = make_fail(stage, failures=1000)
    refuses_to_prepare("a worker broke down.*nothing was", folder, tmp_path)
    failing.failures_left = 0
    assert prepare(folder, tmp_path, BEAM) == shards


@pytest.mark.slow
def test_failed_pipeline_keeps_earlier_datasets(
    folder, shards, tmp_path, make_fail
):
    data_dir = tmp_path / "data"
    prepare(folder, data_dir, BEAM)
    numbers = b"\n".join(b"%d" % number for number in range(99))
    write_file(tmp_path / "more", "c.txt", numbers)
    make_fail("writing", failures=1000)
    with user_error("broke down"):
        prepare(tmp_path / "more", data_dir, BEAM)
    assert prepare(folder, data_dir, BEAM) == shards


@pytest.mark.slow
def test_killed_worker_ends_the_command(folder, shards, tmp_path):
    """Beam's own local runner does not replace a killed worker."""
    flags = ["--data-file", f"{folder}/*", "--data-dir", str(tmp_path)]
    flags += ["--beam", "--direct_running_mode=multi_processing"]
    prepare_lines = [sys.executable, "-m", "pipelines.prepare", "lines"]
    command = subprocess.Popen(
        [*prepare_lines, *flags], stderr=subprocess.PIPE, text=True
    )
    try:
        worker = wait_for_worker(psutil.Process(command.pid))
        worker.kill()
        error = command.communicate(timeout=60)[1]
    finally:
        command.kill()
    assert command.returncode == 2
    last = error.splitlines()[-1]
    assert last.startswith("error: the Beam pipeline failed")
    assert not complete_datasets(tmp_path)
    assert prepare(folder, tmp_path, BEAM).keys() == shards.keys()


def wait_for_worker(process):
    """Waits until a worker process of Beam has work; returns the process."""
    for _ in range(600):
        time.sleep(0.1)
        for child in process.children(recursive=True):
            if any("sdk_worker_main" in word for word in child.cmdline()):
                libraries = [each.path for each in child.memory_maps()]
                # A worker loads our code with its first bundle.
                if any("tensorflow_text" in path for path in libraries):
                    return child
    raise AssertionError("no worker started")


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("z.txt", b"some\0thing", "z.txt is binary"),
        ("z.txt.gz", b"plain", "z.txt.gz is damaged or not a gzip file"),
        ("z.csv", b"one", "z.csv has an unknown ending"),
    ],
)
def test_unreadable_files_are_refused(tmp_path, name, data, message, runner):
    bad = tmp_path / "files"
    write_file(bad, "a.txt", b"one\ntwo\nthree")
    (bad / name).write_bytes(data)
    error = refuses_to_prepare(message, bad, tmp_path, runner)
    assert "[while" not in error


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("data", [b"", b"\n \n", b"one\ntwo\none\n"])
def test_too_few_texts_are_refused(tmp_path, data, runner):
    write_file(tmp_path / "files", "a.txt", data)
    folder = tmp_path / "files"
    refuses_to_prepare("too few to split", folder, tmp_path, runner)


def test_full_disk_is_reported(folder, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(StableWriter, "write", full)
    for runner in (BEAM, None):
        refuses_to_prepare("No space left", folder, tmp_path, runner)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--runner=Nope", "cannot use the runner 'Nope'"),
        ("--nope=3", "Beam does not know --nope"),
        ("--direct_num_workers=x", "invalid int value: 'x'"),
        ("'", "No closing quotation"),
        (
            "--runner=PortableRunner --job_endpoint=localhost:1",
            "no Beam job server answers at localhost:1",
        ),
        ("--runner=DataflowRunner", "the Beam pipeline failed"),
    ],
)
def test_bad_beam_options_are_refused(folder, tmp_path, options, message):
    refuses_to_prepare(message, folder, tmp_path, options)


@pytest.mark.parametrize("dataset", ["ptb", "tweets", "tweets/synthetic"])
def test_beam_is_refused_for_other_datasets(dataset):
    with user_error("`beam` works only for lines, and for tweets"):
        registry.check(dataset, None, beam="")


def test_beam_is_refused_for_one_file_of_tweets(folder):
    with user_error("give a pattern"):
        registry.check("tweets", str(folder / "a.txt"), beam="")


def test_missing_beam_is_reported(folder, monkeypatch):
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    with user_error(r"pip install 'hcvae_tf\[beam\]'"):
        registry.check("lines", f"{folder}/*", beam="")
    registry.check("lines", f"{folder}/*")


def test_pattern_without_files_is_refused(tmp_path):
    with user_error(r"\*\.txt does not exist, and no file matches"):
        registry.check("lines", f"{tmp_path}/*.txt")
    with user_error("ram://none.* does not exist"):
        prepare("ram://none", tmp_path)
    with user_error(r"nope://.* cannot be reached"):
        prepare("nope://none", tmp_path)


def test_unreachable_data_dir_is_reported(folder, monkeypatch):
    def unreachable(*_, **__):
        raise tf.errors.FailedPreconditionError(None, None, "no host")

    monkeypatch.setattr(lines_dataset_builder, "Builder", unreachable)
    with user_error(r"gs://x cannot be read .no host"):
        prepare(folder, "gs://x")
