"""Reading TF_CONFIG, and refusing what makes no sense."""

import json

import pytest

from hcvae_tf.training.cluster import Cluster, read_cluster
from pipelines.errors import UserError

HOSTS = ["a:1", "b:1", "c:1"]


def config(cluster, kind="worker", index=0):
    return json.dumps(
        {"cluster": cluster, "task": {"type": kind, "index": index}}
    )


@pytest.mark.parametrize(
    ("text", "cluster"),
    [
        (config({"worker": HOSTS}), Cluster(3, 0)),
        (config({"worker": HOSTS}, index=2), Cluster(3, 2)),
        (config({"worker": HOSTS}, index="1"), Cluster(3, 1)),
        (config({"chief": ["d:1"], "worker": HOSTS}, "chief"), Cluster(4, 0)),
        (config({"chief": ["d:1"], "worker": HOSTS}), Cluster(4, 1)),
        (config({"chief": ["d:1"], "worker": HOSTS}, index=2), Cluster(4, 3)),
    ],
)
def test_who_this_is(text, cluster, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", text)
    assert read_cluster("auto") == read_cluster("multiworker") == cluster
    assert read_cluster("one") == read_cluster("mirrored") == Cluster(1, 0)


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", "{}", '{"cluster": {"worker": ["a:1"]}}'),
        config({"worker": HOSTS}, index=3),
        config({"worker": HOSTS}, index=-1),
        config({"worker": HOSTS}, "chief"),
        config({"worker": HOSTS, "ps": HOSTS}),
        config({"worker": 3}),
        config({"worker": "a:1"}),
        config({"worker": [1, 2]}),
        config({"worker": ["a", "b"]}),
        config({"worker": ["a:1", "a:1"]}),
        config({"chief": ["d:1", "e:1"], "worker": HOSTS}),
    ],
)
def test_what_makes_no_sense(text, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(UserError, match="TF_CONFIG must"):
        read_cluster("auto")


def test_without_it_there_is_one_unless_several_are_asked_for(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert read_cluster("auto") == Cluster(1, 0)
    with pytest.raises(UserError, match="needs the environment variable"):
        read_cluster("multiworker")
