"""A trained model on a server, used like one on this machine."""

from urllib.parse import urlsplit

from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.errors import UserError


def connect(
    address: str,
    model: str,
    version: int | None = None,
    label: str | None = None,
    timeout: float = 30.0,
) -> TrainedTextVAE:
    """Connects to a server that serves an export, such as TensorFlow Serving.

    Nothing is sent before the first method is called. Threads can share what
    is returned.

    Args:
        address: `http://HOST:8501` or `https://…` for REST, which needs no
            TensorFlow here; `grpc://HOST:8500` for gRPC, which needs the extra
            `serving`.
        model: its name on the server.
        version: which version, by number.
        label: which version, by a label such as `"canary"`; by default it is
            the newest.
        timeout: of each request, seconds.

    Returns:
        The model; its methods raise UserError, in one line, if the server
        cannot be reached or refuses a request.

    Raises:
        UserError: if the arguments are impossible or the extra is missing.
    """
    try:
        scheme, host = urlsplit(address)[:2]
    except ValueError:
        scheme = host = ""
    if scheme not in ("http", "https", "grpc") or not host:
        raise UserError(
            f"{address!r} is no address of a server; write http://HOST:8501 "
            "for REST or grpc://HOST:8500 for gRPC"
        )
    if version is not None and label is not None:
        raise UserError("give a version or a label, not both")
    if scheme == "grpc":
        from hcvae_tf.serving.grpc_signatures import GrpcSignatures

        signatures = GrpcSignatures(host, model, version, label, timeout)
    else:
        from hcvae_tf.serving.rest_signatures import RestSignatures

        signatures = RestSignatures(address, model, version, label, timeout)
    return TrainedTextVAE(signatures)
