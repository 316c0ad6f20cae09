"""Pipelines that fail: what is tried again, and what is left behind."""

import subprocess
import sys
import time

import psutil
import pytest
import tensorflow as tf
from multi_file_data import HERE, TRIES_AGAIN, prepare, whole, write

from pipelines import registry
from pipelines.errors import UserError
from pipelines.files import text_files
from pipelines.lines import lines_dataset_builder
from pipelines.multi_file.shard_writer import StableWriter
from pipelines.preparation import sharding

beam = pytest.importorskip("pipelines.multi_file.beam_runner")


@pytest.fixture(scope="module", autouse=True)
def small_pieces():
    """Several shards and parts even of small files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharding, "_SHARD_BYTES", 10_000)
        patch.setattr(beam, "_PART", 5_000)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """2,000 rows, half of them there twice."""
    folder = tmp_path_factory.mktemp("lines") / "files"
    rows = [b"this is line %d" % (number % 1500) for number in range(2000)]
    write(folder, "a.txt", b"\n".join(rows[:1200]))
    write(folder, "b.txt", b"\n".join(rows[1200:]))
    return folder


@pytest.fixture(scope="module")
def shards(folder, tmp_path_factory):
    """What the plain way makes of them."""
    return prepare(folder, tmp_path_factory.mktemp("plain"))


class Breaks:
    """Fails in the middle of the first calls, after some output."""

    def __init__(self, real, times):
        self.real, self.left, self.calls = real, times, 0

    def rows(self, *part):
        self.calls += 1
        for number, row in enumerate(self.real(*part)):
            if number == 50 and self.left:
                self.left -= 1
                raise RuntimeError("a worker broke down")
            yield row

    def write(self, writer, path, examples):
        self.calls += 1

        def some():
            for number, example in enumerate(examples):
                if number == 10 and self.left:
                    self.left -= 1
                    raise RuntimeError("a worker broke down")
                yield example

        return self.real(writer, path, some())


@pytest.fixture
def breaks(monkeypatch, request):
    """Makes reading or writing fail so many times."""

    def patch(what, times):
        if what == "reading":
            breaking = Breaks(text_files.rows, times)
            monkeypatch.setattr(text_files, "rows", breaking.rows)
        else:
            breaking = Breaks(StableWriter.write, times)
            monkeypatch.setattr(
                StableWriter, "write", lambda *args: breaking.write(*args)
            )
        return breaking

    return patch


@pytest.mark.parametrize("what", ["reading", "writing"])
def test_a_bundle_that_fails_is_done_again(
    folder, shards, tmp_path, breaks, what
):
    breaking = breaks(what, times=3)
    assert prepare(folder, tmp_path, TRIES_AGAIN) == shards
    assert breaking.left == 0
    whole_runs = {"reading": 8, "writing": 5}[what]
    assert breaking.calls >= whole_runs + 3


@pytest.mark.parametrize("what", ["reading", "writing"])
def test_a_pipeline_that_fails_leaves_nothing_and_can_be_run_again(
    folder, shards, tmp_path, breaks, what
):
    breaking = breaks(what, times=1000)
    with pytest.raises(UserError, match=r"a worker broke down.*nothing was"):
        prepare(folder, tmp_path, HERE)
    assert not whole(tmp_path)
    breaking.left = 0
    assert prepare(folder, tmp_path, HERE) == shards


def test_what_was_prepared_before_is_kept(folder, shards, tmp_path, breaks):
    data_dir = tmp_path / "data"
    prepare(folder, data_dir, HERE)
    write(tmp_path / "more", "c.txt", b"\n".join(b"%d" % n for n in range(99)))
    breaks("writing", times=1000)
    with pytest.raises(UserError, match="broke down"):
        prepare(tmp_path / "more", data_dir, HERE)
    assert prepare(folder, data_dir, HERE) == shards


def test_a_worker_that_is_killed(folder, shards, tmp_path):
    """Beam's own local runner gives up then, and so does the command."""
    command = subprocess.Popen(
        [
            *(sys.executable, "-m", "pipelines.prepare", "lines"),
            *("--data-file", f"{folder}/*", "--data-dir", str(tmp_path)),
            *("--beam", "--direct_running_mode=multi_processing"),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        worker = _worker(psutil.Process(command.pid))
        worker.kill()
        error = command.communicate(timeout=60)[1]
    finally:
        command.kill()
    assert command.returncode == 2
    last = error.splitlines()[-1]
    assert last.startswith("error: the Beam pipeline failed")
    assert not whole(tmp_path)
    assert prepare(folder, tmp_path, HERE).keys() == shards.keys()


def _worker(process):
    """The first process of Beam's workers, once it has work to do."""
    for _ in range(600):
        time.sleep(0.1)
        for child in process.children(recursive=True):
            if any("sdk_worker_main" in word for word in child.cmdline()):
                libraries = [each.path for each in child.memory_maps()]
                # It loads our code with its first bundle.
                if any("tensorflow_text" in path for path in libraries):
                    return child
    raise AssertionError("no worker began")


@pytest.mark.parametrize("runner", [HERE, None])
@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("z.txt", b"some\0thing", "z.txt is binary"),
        ("z.txt.gz", b"plain", "z.txt.gz is damaged or no gzip file"),
        ("z.csv", b"one", "z.csv has an unknown ending"),
    ],
)
def test_a_bad_file(folder, tmp_path, name, data, message, runner):
    bad = tmp_path / "files"
    bad.mkdir()
    (bad / "a.txt").write_bytes(b"one\ntwo\nthree")
    (bad / name).write_bytes(data)
    with pytest.raises(UserError, match=message) as error:
        prepare(bad, tmp_path, runner)
    assert "\n" not in str(error.value)
    assert "[while" not in str(error.value)
    assert not whole(tmp_path)


@pytest.mark.parametrize("runner", [HERE, None])
@pytest.mark.parametrize("data", [b"", b"\n \n", b"one\ntwo\none\n"])
def test_too_few_texts(tmp_path, data, runner):
    write(tmp_path / "files", "a.txt", data)
    with pytest.raises(UserError, match="too few to split"):
        prepare(tmp_path / "files", tmp_path, runner)
    assert not whole(tmp_path)


def test_no_room(folder, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(StableWriter, "write", full)
    for runner in (HERE, None):
        with pytest.raises(UserError, match="No space left"):
            prepare(folder, tmp_path, runner)
    assert not whole(tmp_path)


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
def test_bad_options(folder, tmp_path, options, message):
    with pytest.raises(UserError, match=message) as error:
        prepare(folder, tmp_path, options)
    assert "\n" not in str(error.value)
    assert not whole(tmp_path)


@pytest.mark.parametrize(
    ("dataset", "file"),
    [("ptb", None), ("tweets", None), ("tweets/synthetic", None)],
)
def test_only_own_files_with_beam(dataset, file):
    with pytest.raises(UserError, match="--beam is for lines, and for tweets"):
        registry.check(dataset, file, beam="")


def test_one_file_of_tweets_has_its_own_split(folder):
    with pytest.raises(UserError, match="give a pattern"):
        registry.check("tweets", str(folder / "a.txt"), beam="")


def test_beam_is_missing(folder, monkeypatch):
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"pip install 'hcvae_tf\[beam\]'"):
        registry.check("lines", f"{folder}/*", beam="")
    registry.check("lines", f"{folder}/*")


def test_nothing_matches(tmp_path):
    with pytest.raises(UserError, match=r"no file matches .*\*\.txt"):
        registry.check("lines", f"{tmp_path}/*.txt")
    with pytest.raises(UserError, match="no file matches ram://none"):
        prepare("ram://none", tmp_path)
    with pytest.raises(UserError, match=r"nope://.* cannot be reached"):
        prepare("nope://none", tmp_path)


def test_data_folder_that_cannot_be_reached(folder, monkeypatch):
    def unreachable(*_, **__):
        raise tf.errors.FailedPreconditionError(None, None, "no host")

    monkeypatch.setattr(lines_dataset_builder, "Builder", unreachable)
    with pytest.raises(UserError, match=r"gs://x cannot be read .no host"):
        prepare(folder, "gs://x")
