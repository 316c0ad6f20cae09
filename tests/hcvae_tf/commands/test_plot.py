"""The command `plot`: its charts, read back from the file."""

import shutil

import pytest
from drawings import Drawing, assert_draws, assert_readable
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
    return [
        write_run(tmp_path / name, BITS[name], KL[name], [1.0] * len(STEPS))
        for name in BITS
    ]


def write_run(folder, bits, kl, weights):
    shutil.copytree(BUNDLED, folder)
    columns = zip(STEPS, bits, kl, weights, strict=True)
    rows = ["epoch,step,val_bits_per_char,val_kl,kl_weight,seconds"]
    rows += [f"1,{','.join(map(str, row))},9" for row in columns]
    (folder / "log.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_the_curves_are_those_of_the_logs(runs, tmp_path, command):
    file = tmp_path / "curves.svg"
    result = succeeds(command("plot", *runs, "--to", file))
    assert f"wrote {file}" in result.err
    drawing = Drawing(file)
    assert_readable(drawing)
    cost, kl = drawing.curves
    for curves, numbers in ((cost, BITS), (kl, KL)):
        assert_draws(curves, [STEPS] * 2, list(numbers.values()))
    # A run has the same colour in both charts, and the legend names both.
    assert [colour for colour, _ in cost] == [colour for colour, _ in kl]
    assert len({colour for colour, _ in cost}) == 2
    assert drawing.texts.count("training steps") == 2
    for text in ("negative ELBO, bits per character", "KL, nats per text"):
        assert text in drawing.texts
    assert drawing.legend == list(BITS)


def test_large_first_values_neither_leave_the_chart_nor_flatten_it(
    tmp_path, command
):
    bits, kl = [40, 9, 4, 2.5, 2.2, 2], [900, 80, 20, 3, 1, 0]
    run = write_run(tmp_path / "run", bits, kl, [1.0] * 6)
    file = tmp_path / "curves.svg"
    succeeds(command("plot", run, "--to", file))
    drawing = Drawing(file)
    assert_readable(drawing)
    for ((_, points),), frame in zip(
        drawing.curves, drawing.frames, strict=True
    ):
        y, bottom = points[:, 1], frame[:, 1].max()
        # From its fourth value on the curve still falls by a twentieth of the
        # chart's height, and ends above the line of the axis.
        assert y[-1] - y[3] > 0.05 * (bottom - frame[:, 1].min())
        assert y[-1] < bottom - 2
    assert "0" in drawing.texts


def test_runs_of_the_same_name_get_more_of_their_paths(tmp_path, command):
    folders = [tmp_path / group / "run" for group in ("one", "other")]
    for folder in folders:
        write_run(folder, BITS["one"], KL["one"], [1.0] * 6)
    file = tmp_path / "curves.svg"
    succeeds(command("plot", *folders, "--to", file))
    drawing = Drawing(file)
    assert drawing.legend == ["one/run", "other/run"]
    assert list(map(len, drawing.curves)) == [2, 2]


def test_a_name_that_begins_with_an_underscore_is_in_the_legend(
    tmp_path, command
):
    """Matplotlib takes such a label for a private one."""
    folder = tmp_path / "_old"
    write_run(folder, BITS["one"], KL["one"], [1.0] * 6)
    file = tmp_path / "curves.svg"
    succeeds(command("plot", folder, "--to", file))
    assert "\u200a_old" in Drawing(file).texts


def test_the_step_from_which_the_kl_weight_is_1_is_marked(
    runs, tmp_path, command
):
    weights = [0.2, 1.0, 0.1, 0.8, 1.0, 1.0]
    run = write_run(tmp_path / "new", BITS["one"], KL["one"], weights)
    file = tmp_path / "curves.svg"
    # In the other run the weight never grew.
    succeeds(command("plot", run, runs[0], "--to", file))
    drawing = Drawing(file)
    assert drawing.legend == ["new", "one", "KL weight is 1 from here"]
    for (color, points), _, mark in drawing.curves:
        assert mark[0] == color
        assert mark[1][:, 0] == pytest.approx(points[4, 0])


def test_a_bitmap_shows_two_colours(runs, tmp_path, command):
    from matplotlib import pyplot

    file = tmp_path / "curves.png"
    succeeds(command("plot", *runs, "--to", file))
    pixels = (255 * pyplot.imread(file)[..., :3]).round().astype(int)
    found = {tuple(pixel) for row in pixels for pixel in row}
    assert found >= {(0, 114, 178), (213, 94, 0), (255, 255, 255)}


def test_a_run_without_a_log_is_named(runs, command):
    (runs[0] / "log.csv").unlink()
    result = command("plot", runs[0])
    refuses(result, "no log of its training, log.csv", "export that run again")
    (runs[0] / "model.keras").unlink()
    result = command("plot", runs[0])
    refuses(result, "one/log.csv is missing", "wait for the first epoch to end")
