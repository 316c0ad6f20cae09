"""Reading of TF_CONFIG, and errors for invalid values."""

import pytest
from shared import tf_config

from hcvae_tf.training.cluster import Cluster, read_cluster
from pipelines.errors import UserError

HOSTS = ["a:1", "b:1", "c:1"]
WITH_CHIEF = {"chief": ["d:1"], "worker": HOSTS}


@pytest.mark.parametrize(
    ("text", "cluster"),
    [
        (tf_config({"worker": HOSTS}), Cluster(3, 0)),
        (tf_config({"worker": HOSTS}, index=2), Cluster(3, 2)),
        (tf_config({"worker": HOSTS}, index="1"), Cluster(3, 1)),
        (tf_config(WITH_CHIEF, "chief"), Cluster(4, 0)),
        (tf_config(WITH_CHIEF), Cluster(4, 1)),
        (tf_config(WITH_CHIEF, index=2), Cluster(4, 3)),
    ],
)
def test_tf_config_names_this_worker(text, cluster, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", text)
    assert read_cluster("auto") == read_cluster("multiworker") == cluster
    assert read_cluster("one") == read_cluster("mirrored") == Cluster(1, 0)


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", "{}", '{"cluster": {"worker": ["a:1"]}}'),
        tf_config({"worker": HOSTS}, index=3),
        tf_config({"worker": HOSTS}, index=-1),
        tf_config({"worker": HOSTS}, "chief"),
        tf_config({"worker": HOSTS, "ps": HOSTS}),
        tf_config({"worker": 3}),
        tf_config({"worker": "a:1"}),
        tf_config({"worker": [1, 2]}),
        tf_config({"worker": ["a", "b"]}),
        tf_config({"worker": ["a:1", "a:1"]}),
        tf_config({"chief": ["d:1", "e:1"], "worker": HOSTS}),
    ],
)
def test_an_invalid_tf_config_is_refused(text, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(UserError, match="TF_CONFIG must"):
        read_cluster("auto")


def test_without_tf_config_only_multiworker_is_refused(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert read_cluster("auto") == Cluster(1, 0)
    with pytest.raises(UserError, match="needs the environment variable"):
        read_cluster("multiworker")
