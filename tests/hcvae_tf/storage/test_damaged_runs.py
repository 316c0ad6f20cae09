"""Damaged files of a run are refused in one line, never used."""

import contextlib
import io
import shutil
import zipfile

import h5py
import numpy as np
import pytest
from json_variants import variants
from shared import assert_all_equal, refuses

from hcvae_tf.models.config import Config
from hcvae_tf.storage.model_file import load_checkpoint, load_model
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.errors import UserError


@pytest.fixture
def run(run_copy):
    """A run whose files may be changed."""
    return RunFolder(run_copy)


def _outcomes(file, texts, read):
    """Writes each text to a file; returns what was read and how often not."""
    results, refused = [], 0
    for text in texts:
        file.write_text(text)
        with contextlib.suppress(UserError):
            results.append(read())
            continue
        refused += 1
    return results, refused


def test_damaged_settings_are_refused_or_settings(run):
    texts = variants(run.config.read_text())
    results, refused = _outcomes(run.config, texts, run.read_config)
    assert refused > len(results)
    for config in results:
        # Reading what was read changes nothing, so all kinds are right.
        assert Config.from_json(config.to_json(), "") == config


def test_damaged_metadata_is_refused_or_used(run):
    def read():
        opened = RunFolder.open(run.folder)
        opened.check_digest(opened.vocabulary)
        return opened.read_metadata()

    texts = variants(run.metadata.read_text())
    results, refused = _outcomes(run.metadata, texts, read)
    assert refused > 0
    assert all(found["format"] == 1 for found in results)


@pytest.mark.parametrize("digest", [True, False])
def test_a_damaged_vocabulary_is_refused(run, digest):
    expected = run.read_vocabulary()
    texts = [*variants(run.vocabulary.read_text())]
    # One of the same size, in another order.
    texts.append(run.vocabulary.read_text().replace("[0, 1, ", "[1, 0, "))
    if not digest:
        texts.pop()
        run.metadata.write_text(
            run.metadata.read_text().replace('"vocabulary.json"', '"no"')
        )
    results, refused = _outcomes(run.vocabulary, texts, run.read_vocabulary)
    assert refused >= (len(texts) if digest else 20)
    # Commands refuse one of another size, see below.
    for found in results:
        assert found == expected or found.size != expected.size


def test_a_vocabulary_of_another_size_is_refused_by_commands(run, command):
    run.vocabulary.write_text('{"characters": [97, 98]}')
    run.record_digest(run.vocabulary)
    refuses(command("score", run.folder, "ab"), "5 ids", "259")


def test_a_damaged_log_is_refused(run):
    whole = run.log.read_text()
    texts = [
        *("", "\0", "step\n1\n", "epoch,step\n", whole.split("\n")[0]),
        *(whole[:-30], whole.replace(",", ";"), whole.replace("1", "one")),
    ]
    results, refused = _outcomes(run.log, texts, run.read_log)
    assert (results, refused) == ([], len(texts))


def test_a_damaged_best_score_is_refused(run):
    texts = variants(run.best_score.read_text())
    results, refused = _outcomes(run.best_score, texts, run.read_best_score)
    assert refused > 0
    for scores in results:
        assert all(type(value) is float for value in scores.values())


@pytest.mark.parametrize("digest", [True, False])
def test_no_flipped_bit_of_a_checkpoint_is_used(run, digest):
    if not digest:
        run.metadata.write_text(
            run.metadata.read_text().replace("checkpoints/", "other/")
        )
    whole = run.last.read_bytes()
    before = load_checkpoint(run, run.last).get_weights()
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(whole), 12):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << rng.integers(8)
        run.last.write_bytes(damaged)
        found = before
        with contextlib.suppress(UserError):
            found = load_checkpoint(run, run.last).get_weights()
            # Some bits mean nothing, such as the time of a member.
            assert not digest
        assert_all_equal(found, before)


def test_changed_weights_are_refused_though_the_archive_is_whole(run):
    with zipfile.ZipFile(run.last) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    weights = io.BytesIO(members["model.weights.h5"])
    with h5py.File(weights, "r+") as file:
        found = []
        file.visititems(
            lambda _, item: (
                found.append(item)
                if isinstance(item, h5py.Dataset) and item.ndim == 2
                else None
            )
        )
        found[0][0, 0] += 1
    members["model.weights.h5"] = weights.getvalue()
    with zipfile.ZipFile(run.last, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert load_model(run.last) is not None
    with pytest.raises(UserError, match="not what the run has written"):
        load_checkpoint(run, run.last)


def test_a_file_that_cannot_be_loaded_says_why(run, tmp_path):
    with zipfile.ZipFile(run.last) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["config.json"] = members["config.json"].replace(
        b'"float32"', b'"float33"'
    )
    file = tmp_path / "model.keras"
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(UserError, match=r"cannot be loaded .*float33"):
        load_model(file)
    with pytest.raises(FileNotFoundError):
        load_model(tmp_path / "nothing.keras")
    shutil.rmtree(run.checkpoints)
    with pytest.raises(UserError, match="no checkpoint"):
        RunFolder(run.checkpoints).best_model()
