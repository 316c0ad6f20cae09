"""Client: a trained model on a server, used like a local one."""

from urllib.parse import urlsplit

from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.checks import require_positive
from pipelines.errors import UserError


def connect(
    address: str,
    model: str,
    version: int | None = None,
    label: str | None = None,
    timeout: float = 30.0,
) -> TrainedTextVAE:
    """Connects to a server that serves an export, such as TensorFlow Serving.

    Nothing is sent before the first method is called. Threads can share the
    model.

    Args:
        address: `http://HOST:8501` or `https://…` for REST, which does not
            need TensorFlow; `grpc://HOST:8500` for gRPC, which needs the extra
            `serving`.
        model: name of the model on the server.
        version: number of the version; the newest by default.
        label: label of the version instead, such as `"canary"`.
        timeout: seconds per request.

    Returns:
        The model; its methods raise UserError, in one line, if the server
        cannot be reached or refuses a request.

    Raises:
        UserError: if an argument is invalid or the extra is missing.
    """
    try:
        scheme, host = urlsplit(address)[:2]
    except ValueError:
        scheme = host = ""
    if scheme not in ("http", "https", "grpc") or not host:
        raise UserError(
            f"{address!r} is not the address of a server; give "
            "http://HOST:8501 for REST or grpc://HOST:8500 for gRPC"
        )
    require_positive(timeout=timeout)
    if version is not None and label is not None:
        raise UserError("give a version or a label, not both")
    if scheme == "grpc":
        from hcvae_tf.serving.grpc_signatures import GrpcSignatures

        return TrainedTextVAE(
            GrpcSignatures(host, model, version, label, timeout)
        )
    from hcvae_tf.serving.rest_signatures import RestSignatures

    return TrainedTextVAE(
        RestSignatures(address, model, version, label, timeout)
    )
