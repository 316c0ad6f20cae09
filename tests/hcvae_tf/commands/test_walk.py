"""The picture of `interpolate`, read back from the file."""

import numpy as np
import pytest
from drawings import Drawing
from shared import succeeds

ENDS = ["good morning", "so sad about the match"]


def draw(on_run, file, *flags):
    result = on_run("interpolate", *flags, "--plain", "--draw", file)
    assert f"wrote {file}" in succeeds(result).err
    return result.out.splitlines(), Drawing(file)


def lengths(drawing):
    """Returns the lengths of the bars, shape `(2, rows)`."""
    (bars,) = drawing.bars
    return np.reshape([np.ptp(corners[:, 0]) for _, corners in bars], (2, -1))


def test_bars_are_distances_from_the_ends(run_vae, on_run, tmp_path):
    flags = ["--from", ENDS[0], "--to", ENDS[1], "--points", 3]
    written, drawing = draw(on_run, tmp_path / "walk.svg", *flags)
    z, _ = run_vae.encode([ENDS[0], *written, ENDS[1]])
    expected = np.stack([np.linalg.norm(z - end, axis=1) for end in z[[0, -1]]])
    drawn = lengths(drawing)
    np.testing.assert_allclose(
        drawn / drawn.max(), expected / expected.max(), atol=1e-3
    )
    assert drawing.legend == ["from the start", "from the end"]
    marks = ["from", "1", "2", "3", "to"]
    assert [text for text in drawing.texts if text in marks] == marks
    assert [text for text in drawing.texts if text in ENDS] == ENDS


def test_random_ends_have_no_texts(on_run, tmp_path):
    written, drawing = draw(on_run, tmp_path / "walk.svg", "--random")
    assert lengths(drawing).shape == (2, len(written))
    assert not {"from", "to"} & {*drawing.texts}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ab " * 30, "ab " * 26 + "a…"),
        ("a" * 80, "a" * 80),
        ("語" * 41, "語" * 39 + "…"),
        ("a\tb \x1b $c$", "a\\tb \\x1b $c$"),
        # Spaces and joiners of languages, and of emoji, are no control.
        *(
            (text, text)
            for text in ("Ça\u202fva\xa0?", "می\u200cروم", "語\u3000語")
        ),
        ("a\uffffb", "a\ufffdb"),
    ],
)
def test_texts_are_shortened_and_printable(text, shown, on_run, tmp_path):
    flags = ["--from", text, "--to", "end", "--points", 2]
    _, drawing = draw(on_run, tmp_path / "walk.svg", *flags)
    assert shown in drawing.texts
