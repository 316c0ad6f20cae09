"""The command `plot`: its charts, read back from the file."""

import shutil

import pytest
from drawings import Drawing, assert_draws
from shared import ROOT, refuses, succeeds

BUNDLED = ROOT / "saved_models/tweets/run"
STEPS = [10, 20, 30, 40, 50, 60]
BITS = {
    "one": [2.4, 2.3, 2.1, 2.2, 2.05, 2.0],
    "other": [2.6, 2.2, 1.9, 1.95, 1.7, 1.8],
}
KL = {"one": [0.1, 1.5, 4, 3, 5, 4.5], "other": [2, 3, 2.5, 4.7, 4.8, 4.2]}


@pytest.fixture
def runs(tmp_path):
    """Two runs with logs that are written by hand."""
    for name in BITS:
        run = shutil.copytree(BUNDLED, tmp_path / name)
        columns = zip(STEPS, BITS[name], KL[name], strict=True)
        rows = [f"1,{step},{bits},{kl},9" for step, bits, kl in columns]
        head = "epoch,step,val_bits_per_char,val_kl,seconds"
        (run / "log.csv").write_text("\n".join([head, *rows]) + "\n")
    return [tmp_path / name for name in BITS]


def test_the_curves_are_those_of_the_logs(runs, tmp_path, command):
    file = tmp_path / "curves.svg"
    succeeds(command("plot", *runs, "--to", file))
    drawing = Drawing(file)
    cost, kl = drawing.curves
    for curves, numbers in ((cost, BITS), (kl, KL)):
        assert_draws(curves, [STEPS] * 2, list(numbers.values()))
    # A run has the same colour in both charts, and the legend names both.
    assert [colour for colour, _ in cost] == [colour for colour, _ in kl]
    assert len({colour for colour, _ in cost}) == 2
    assert drawing.texts.count("training steps") == 2
    for text in ("negative ELBO, bits per character", "KL, nats per text"):
        assert text in drawing.texts
    assert [text for text in drawing.texts if text in BITS] == list(BITS)


def test_a_bitmap_shows_two_colours(runs, tmp_path, command):
    from matplotlib import pyplot

    file = tmp_path / "curves.png"
    succeeds(command("plot", *runs, "--to", file))
    pixels = (255 * pyplot.imread(file)[..., :3]).round().astype(int)
    found = {tuple(pixel) for row in pixels for pixel in row}
    assert found >= {(31, 119, 180), (255, 127, 14), (255, 255, 255)}


def test_a_run_without_a_log_is_named(runs, command):
    result = command("plot", BUNDLED)
    refuses(result, "run has no log of its training", "give a run with log.csv")
    (runs[0] / "log.csv").unlink()
    (runs[0] / "model.keras").unlink()
    result = command("plot", runs[0])
    refuses(result, "one/log.csv is missing", "wait for the first epoch to end")
