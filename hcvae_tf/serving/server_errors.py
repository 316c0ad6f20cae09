"""Errors of a server, as messages of one line."""

from pipelines.errors import UserError


def unreachable(address: str) -> UserError:
    """No server answers at the address, or it is overloaded."""
    return UserError(
        f"no server answers at {address}, or it is overloaded; start one as "
        "docs/serving.md says, correct the address, or try again"
    )


def too_late(address: str, timeout: float) -> UserError:
    """The server did not answer in time."""
    return UserError(
        f"{address} did not answer within {timeout:g} seconds; connect with a "
        "longer timeout, or send fewer texts at a time"
    )


def unknown(address: str, model: str, said: str) -> UserError:
    """The server does not serve this model, version or label."""
    return UserError(
        f"{address} does not serve {model}: {_line(said)}; see its "
        "models.config for names, versions and labels"
    )


def refused(address: str, said: str) -> UserError:
    """The server refused the request."""
    return UserError(
        f"{address} refused the request: {_line(said)}; see the server's log"
    )


def strange(address: str, model: str) -> UserError:
    """The answer does not come from an export of this library."""
    return UserError(
        f"{model} at {address} is not an export of hcvae_tf; correct the "
        "address or the name"
    )


def _line(said):
    return " ".join(said.split())[:300] or "no reason given"
