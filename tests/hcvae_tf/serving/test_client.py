"""The client, with fake servers that answer with a real export."""

import http.server
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import fake_servers
import numpy as np
import pytest
from shared import (
    assert_all_close,
    assert_all_equal,
    code_blocks,
    free_addresses,
    run_python,
)

from hcvae_tf.client import connect
from pipelines.errors import UserError

TEXTS = ["good morning", "", b"\xff\x00\xfe", "déjà 😀", "x" * 99]


@pytest.fixture(scope="module")
def served(exported):
    return fake_servers.Served(exported / "1")


@pytest.fixture(scope="module", params=["rest", "rpc"])
def address(request, served):
    with getattr(fake_servers, request.param)(served) as address:
        yield address


def test_the_client_does_the_same_as_the_local_model(address, export_vae):
    vae, local = connect(address, "tiny"), export_vae
    assert vae.z_size == local.z_size
    codes = vae.encode(TEXTS)
    assert [array.dtype for array in codes] == [np.float32] * 2
    assert_all_equal(codes, local.encode(TEXTS))
    again = vae.reconstruct(TEXTS, 1.0, seed=2)
    assert again == local.reconstruct(TEXTS, 1.0, seed=2)
    assert vae.sample(5, 0.7, seed=3) == local.sample(5, 0.7, seed=3)
    z, _ = local.encode(TEXTS)
    assert vae.decode(z, 0.5) == local.decode(z, 0.5)
    for spherical in (False, True):
        texts = vae.interpolate(*z[:2], 5, spherical)
        assert texts == local.interpolate(*z[:2], 5, spherical)
    assert vae.arithmetic(*TEXTS[:3]) == local.arithmetic(*TEXTS[:3])
    assert vae.vary(z[0], 1) == local.vary(z[0], 1)
    assert_all_close(vae.score(TEXTS), local.score(TEXTS), rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "key"), [("interpolate", "end"), ("reconstruct", "text")]
)
def test_columns_equal_those_of_the_export(address, export_vae, name, key):
    texts = np.array([b"a", b"\xff", b"c"], object)
    inputs = {
        "reconstruct": {
            "text": texts,
            "temperature": np.ones(3, np.float32),
            "seed": np.array([-(2**63), 0, 2**63 - 1]),
        },
        "interpolate": {"start": texts, "end": texts[::-1]},
    }[name]
    found = connect(address, "tiny").signatures(name, inputs)
    expected = export_vae.signatures(name, inputs)
    assert_all_equal(found, expected)
    for column, values in expected.items():
        assert found[column].dtype == values.dtype


def test_many_texts_are_sent_in_parts_and_none_sends_nothing(
    address, served, export_vae
):
    vae = connect(address, "tiny")
    served.seen.clear()
    assert vae.sample(150, 1.0) == export_vae.sample(150, 1.0)
    assert [rows for _, rows, *_ in served.seen] == [64, 64, 22]
    served.seen.clear()
    assert vae.sample(0) == vae.reconstruct([]) == []
    assert vae.encode([])[0].shape == (0, vae.z_size)
    assert served.seen == []


def test_a_timeout_of_nothing_is_refused():
    for address in ("http://localhost:8501", "grpc://localhost:8500"):
        with pytest.raises(UserError, match="`timeout` must be"):
            connect(address, "tiny", timeout=0.0)


@pytest.mark.parametrize("which", [{"version": 1}, {"label": "stable"}, {}])
def test_version_and_label_reach_the_server(address, served, which):
    served.seen.clear()
    connect(address, "tiny", **which).score(["a"])
    ((_, _, version, label),) = served.seen
    assert (version, label) == (which.get("version"), which.get("label"))


def test_nan_and_infinity_are_answered(address):
    signatures = connect(address, "tiny").signatures
    z = np.full((1, signatures.z_size), np.nan, np.float32)
    hot = np.array([np.inf], np.float32)
    inputs = {"z": z, "temperature": hot, "seed": np.array([1])}
    (text,) = signatures("decode", inputs)["text"]
    assert isinstance(text, bytes)


def test_threads_can_share_a_client(address, export_vae):
    vae = connect(address, "tiny")
    texts = [[f"text {n}"] * (n % 4 + 1) for n in range(24)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(vae.reconstruct, texts))
    assert found == [export_vae.reconstruct(some) for some in texts]


def test_refused_requests_are_explained_in_one_line(address):
    def fails(*words, call=lambda vae: vae.score(["a"]), **which):
        model = which.pop("model", "tiny")
        with pytest.raises(UserError) as error:
            call(connect(address, model, **which))
        assert "\n" not in str(error.value)
        for word in words:
            assert word in str(error.value)

    host = address.removeprefix("grpc://")
    fails(host, "does not serve huge", "models.config", model="huge")
    fails("does not serve tiny", "models.config", version=7)
    fails(host, "refused", "label: canary", label="canary")
    uneven = {"seed": np.arange(3), "temperature": np.ones(2, "f4")}
    fails(
        *(host, "refused", "rows"),
        call=lambda vae: vae.signatures("sample", uneven),
    )
    fails("does not support `top_k`", call=lambda vae: vae.sample(1, top_k=3))
    with pytest.raises(ValueError, match="z must have shape"):
        connect(address, "tiny").decode(np.zeros((2, 3)))


@pytest.mark.parametrize("scheme", ["http", "grpc"])
def test_a_late_answer_is_reported_with_the_timeout(scheme):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UserError, match=r"within 0\.2 seconds"):
            connect(address, "tiny", timeout=0.2).score(["a"])


def refuses_answer(call, method, status, text, words="is not an export"):
    """Checks how the client refuses the fixed answer of a server."""

    def answer(self):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    base = http.server.BaseHTTPRequestHandler
    handler = type("Handler", (base,), {f"do_{method}": answer})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        with pytest.raises(UserError, match=words):
            call(connect(f"http://127.0.0.1:{server.server_port}", "tiny"))


@pytest.mark.parametrize(
    ("status", "text", "words"),
    [
        (200, "<html>", "is not an export"),
        (200, "[]", "is not an export"),
        (200, '{"metadata": {"signature_def": {}}}', "is not an export"),
        (503, "busy", "refused the request: 503"),
        (500, '{"error": "one\\ntwo"}', "refused the request: one two"),
    ],
)
def test_metadata_of_another_server_is_refused(status, text, words):
    refuses_answer(lambda vae: vae.z_size, "GET", status, text, words)


@pytest.mark.parametrize(
    "outputs", ['{"a": [1]}', "[1, 2]", "null", '{"z_mean": "?"}']
)
def test_answers_of_another_model_are_refused(outputs):
    text = f'{{"outputs": {outputs}}}'
    refuses_answer(lambda vae: vae.encode(["a"]), "POST", 200, text)


def test_grpc_metadata_of_another_model_is_refused(served, monkeypatch):
    monkeypatch.setattr(served, "metadata", type(served.metadata)())
    with (
        fake_servers.rpc(served) as address,
        pytest.raises(UserError, match="is not an export"),
    ):
        _ = connect(address, "tiny").z_size


@pytest.mark.parametrize("scheme", ["http", "grpc"])
def test_an_unreachable_server_is_reported(scheme):
    (free,) = free_addresses(1)
    with pytest.raises(UserError, match="no server answers"):
        connect(f"{scheme}://{free}", "tiny").score(["a"])


def test_invalid_arguments_are_refused(monkeypatch):
    for address in ("localhost:8501", "ftp://x:1", "http://", "http://["):
        with pytest.raises(UserError, match="http://HOST:8501"):
            connect(address, "tiny")
    with pytest.raises(UserError, match="not both"):
        connect("http://x:1", "tiny", version=1, label="stable")
    monkeypatch.setitem(sys.modules, "tensorflow_serving.apis", None)
    with pytest.raises(UserError, match=r"\.\[serving\]"):
        connect("grpc://x:1", "tiny")


SCRIPT = """
import sys
from hcvae_tf.client import connect
print(connect(sys.argv[1], "tiny").sample(2))
assert not {"tensorflow", "keras", "grpc"} & set(sys.modules)
"""


def test_rest_needs_no_tensorflow(served, export_vae):
    with fake_servers.rest(served) as address:
        done = run_python(SCRIPT, address)
    assert done.stdout == f"{export_vae.sample(2)}\n", done.stderr


def test_the_examples_of_the_guide_run(served, capfd):
    blocks = code_blocks("docs/serving.md")
    assert len(blocks) == 2
    with fake_servers.rest(served) as rest, fake_servers.rpc(served) as rpc:
        for block in blocks:
            for old, new in {
                "http://localhost:8501": rest,
                "grpc://localhost:8500": rpc,
                "localhost:8500": rpc.removeprefix("grpc://"),
                '"tweets"': '"tiny"',
            }.items():
                block = block.replace(old, new)
            exec(block, {})
    assert len(capfd.readouterr().out.splitlines()) == 3
