"""Memory of training and time to resume, over the size of the corpus."""

import dataclasses
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from benchmarks.report import in_own_process, print_table
from pipelines import registry
from pipelines.command_line import parse, run_command

# Small enough to read through several shuffle blocks in minutes.
_MODEL = (
    "--preset small-bytenet --units characters --no-group-by-length "
    "--bytenet-layers 1 --bytenet-width 8 --maps 8 8 "
    "--feature-size 8 --z-size 4 --batch-size 256 --validation-batches 5 "
    "--precision float32 --epochs 2"
)


@dataclasses.dataclass(frozen=True)
class CorpusSize:
    """Trains on the same tweets, repeated to several sizes.

    The tweets are prepared once. A larger corpus repeats their shards in at
    most 1,024 files, and is deleted afterwards.
    """

    data_file: str
    """Pattern of your own files of tweets."""
    gigabytes: tuple[float, ...] = (0.1, 1, 10)
    """Sizes on disk."""
    steps: int = 800
    """Training steps of 256 texts; a shuffle block has 65,536 texts."""
    folder: str | None = None
    """Folder for temporary files (default: the system's)."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(
        CorpusSize, "python -m benchmarks.corpus_size", sys.argv[1:]
    )
    registry.check("tweets", settings.data_file)
    with tempfile.TemporaryDirectory(dir=settings.folder) as folder:
        prepared = in_own_process(_prepare, settings.data_file, folder)
        rows = []
        for gigabytes in settings.gigabytes:
            with tempfile.TemporaryDirectory(dir=folder) as data_dir:
                size = _repeat(Path(prepared), Path(data_dir), gigabytes)
                peak = in_own_process(_fit_peak, settings, data_dir)
                resumes = in_own_process(
                    _seconds_to_resume, settings.data_file, data_dir
                )
                rows.append(size | {"peak of fit, MiB": f"{peak:,.0f}"})
                rows[-1] |= resumes
    print_table(
        f"Training on repeated tweets, {settings.steps} steps of 256", rows
    )
    return 0


def _prepare(data_file, folder):
    """Prepares the tweets; returns the path of the dataset."""
    from pipelines.load import load

    corpus = load("tweets", data_file=data_file, data_dir=f"{folder}/once")
    return str(corpus.builder.data_path)


def _repeat(source, data_dir, gigabytes):
    """Writes a dataset that repeats the records of another."""
    target = data_dir / source.relative_to(source.parents[2])
    target.mkdir(parents=True)
    info = json.loads((source / "dataset_info.json").read_text())
    for path in source.iterdir():
        if "train.tfrecord" not in path.name:
            shutil.copy(path, target)
    (split,) = [each for each in info["splits"] if each["name"] == "train"]
    lengths = [int(length) for length in split["shardLengths"]]
    shards = sorted(source.glob("*train.tfrecord*"))
    mean = sum(shard.stat().st_size for shard in shards) / len(shards)
    pieces = max(1, round(gigabytes * 1e9 / mean))
    number = min(pieces, 1024)
    upcoming = cycle(zip(shards, lengths, strict=True))
    repeated = []
    for shard in range(number):
        records = 0
        share = pieces * (shard + 1) // number - pieces * shard // number
        name = f"tweets-train.tfrecord-{shard:05}-of-{number:05}"
        with open(target / name, "wb") as output:
            for path, length in islice(upcoming, share):
                output.write(path.read_bytes())
                records += length
        repeated.append(records)
    times = sum(repeated) / sum(lengths)
    split["shardLengths"] = [str(length) for length in repeated]
    split["numBytes"] = str(int(int(split["numBytes"]) * times))
    (target / "dataset_info.json").write_text(json.dumps(info))
    metadata = json.loads((source / "metadata.json").read_text())
    train = metadata["splits"]["train"]
    train["bytes"] = int(train["bytes"] * times)
    (target / "metadata.json").write_text(json.dumps(metadata))
    size = sum(path.stat().st_size for path in target.glob("*train*"))
    return {
        "GB on disk": f"{size / 1e9:.1f}",
        "texts": f"{sum(repeated):,}",
        "shards": f"{number:,}",
    }


def _fit_peak(settings, data_dir):
    """Returns the peak memory of a run of `fit`, MiB."""
    subprocess.run(
        [
            *(sys.executable, "-m", "hcvae_tf.fit", "--dataset", "tweets"),
            *("--data-file", settings.data_file, "--data-dir", data_dir),
            *("--run-dir", f"{data_dir}/run", *_MODEL.split()),
            *("--steps-per-epoch", str(settings.steps // 2)),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _seconds_to_resume(data_file, data_dir):
    """Returns the seconds until the first batch of a resumed run."""
    from pipelines.load import load

    corpus = load("tweets", data_file=data_file, data_dir=data_dir)
    steps = corpus.sizes["train"] // 256
    # The first stream of a process also waits for TensorFlow.
    next(iter(corpus.training(128, 256, seed=0)))
    seconds = {}
    for share in (0, 0.5, 0.9):
        begin = time.perf_counter()
        step = int(share * steps)
        next(iter(corpus.training(128, 256, seed=0, start_step=step)))
        seconds[f"first batch at {share:.0%} of a pass, s"] = (
            f"{time.perf_counter() - begin:.1f}"
        )
    return seconds


if __name__ == "__main__":
    run_command(main)
