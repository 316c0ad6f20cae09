"""A search's plan is read as it was written, or refused in one line."""

import json

import pytest
from json_variants import variants
from shared import small_config

from pipelines.errors import UserError
from tuner.plan import Plan, plan_file, read_plan
from tuner.ranges import Range

RANGES = {
    "alpha": Range(0.1, 1.0),
    "z_size": Range(4, 12),
    "maps": Range(8, 40),
}
PLAN = Plan(small_config(), RANGES, "random", 9, 5.0, None)


def _kinds(plan):
    return [type(value) for value in vars(plan).values()]


def test_a_plan_is_read_as_it_was_written(tmp_path):
    PLAN.write(tmp_path)
    assert read_plan(tmp_path) == PLAN


def test_a_damaged_plan_is_refused_or_of_the_same_kind(tmp_path):
    PLAN.write(tmp_path)
    file = plan_file(tmp_path)
    read, refused = [], 0
    for text in variants(file.read_text()):
        file.write_text(text)
        try:
            read.append(read_plan(tmp_path))
        except UserError:
            refused += 1
    # Where a setting is lost it has its default.
    assert all(_kinds(plan) == _kinds(PLAN) for plan in read)
    assert read
    assert refused


@pytest.mark.parametrize(
    "ranges",
    [
        {"z_size": [4, 1e308]},
        {"z_size": [4.5, 8]},
        {"alpha": [1.0, 0.1]},
        {"heads": [1, 2]},
        {"alpha": [0.1]},
    ],
)
def test_an_impossible_range_in_a_plan_is_refused(ranges, tmp_path):
    PLAN.write(tmp_path)
    file = plan_file(tmp_path)
    values = json.loads(file.read_text()) | {"ranges": ranges}
    file.write_text(json.dumps(values))
    with pytest.raises(UserError, match=next(iter(ranges)).split("_")[0]):
        read_plan(tmp_path)


def test_an_impossible_setting_of_a_plan_is_named(tmp_path):
    PLAN.write(tmp_path)
    file = tmp_path / "search.json"
    plan = json.loads(file.read_text())
    plan["settings"]["model"]["heads"] = 8
    file.write_text(json.dumps(plan))
    with pytest.raises(UserError, match=r"search\.json: unknown .*'heads'"):
        read_plan(tmp_path)
