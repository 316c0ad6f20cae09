"""The files that are written after each trial."""

from drawings import Drawing, assert_readable
from hypothesis import given
from hypothesis import strategies as st
from shared import small_config

from hcvae_tf.models.config import Config
from tuner.plan import Plan
from tuner.ranges import Range
from tuner.search_results import TrialResult, pareto_front, table, write_results

PLAN = Plan(small_config(), {"z_size": Range(4, 8)}, "random", 9, 5.0, None)


def trial_result(name, cost, kl, z_size=4):
    measures = {
        "negative_elbo": cost,
        "kl": kl,
        "bits_per_char": cost / 40,
        "parameters": 1000,
        "seconds": 3.0,
    }
    missing = max(0.0, 5.0 - kl)
    return TrialResult(name, {"z_size": z_size}, measures, "", missing)


FAILED = TrialResult("9", {"z_size": 8}, {}, "killed | by signal 9", 0.0)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=12))
def test_front_has_the_trials_that_no_other_beats(models):
    found = [trial_result(str(i), *model) for i, model in enumerate(models)]
    expected = [
        str(i)
        for i, (cost, kl) in enumerate(models)
        if kl >= 5 and not any(c < cost and k > kl for c, k in models)
    ]
    assert [each.name for each in pareto_front([*found, FAILED])] == expected


def test_trials_of_other_vocabularies_compare_by_character():
    """A window of larger subwords holds more of a text, and costs more."""
    found = [trial_result("0", 80.0, 7.0), trial_result("1", 120.0, 9.0)]
    found[1].measures["bits_per_char"] = 1.9
    assert sorted(found, key=lambda each: each.rank) == found[::-1]
    assert [each.name for each in pareto_front(found)] == ["1"]


def test_files_contain_all_trials_and_the_best_settings(tmp_path):
    found = [
        trial_result("2", 80.0, 7.0, z_size=7),
        trial_result("0", 90.0, 6.0),
        trial_result("1", 70.0, 1.5),
        FAILED,
    ]
    write_results(tmp_path, sorted(found, key=lambda each: each.rank), PLAN)
    rows = (tmp_path / "trials.md").read_text().splitlines()[2:]
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    assert [row[0] for row in cells] == ["**2**", "0", "1", "9"]
    assert {len(row) for row in cells} == {8}
    assert cells[2][-1] == "3.50 nats of KL missing"
    assert cells[3][-1] == "failed: killed / by signal 9"
    drawing = Drawing(tmp_path / "trials.svg")
    (groups,) = drawing.dots
    drawn = [len(points) for _, points in groups]
    assert drawn == [1, 2]
    assert_readable(drawing)
    assert [name.partition(":")[0] for name in drawing.legend] == [
        *("minimum KL", "too little KL", "enough KL", "front")
    ]
    best = Config.from_json((tmp_path / "best.json").read_text(), "best.json")
    assert best == PLAN.settings.replace("model", z_size=7)


def test_best_json_needs_a_feasible_trial(tmp_path):
    write_results(tmp_path, [trial_result("0", 70.0, 1.5), FAILED], PLAN)
    assert not (tmp_path / "best.json").exists()
    assert "**" not in table([FAILED])
