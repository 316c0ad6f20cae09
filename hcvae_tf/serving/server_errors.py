"""What can go wrong with a server, in one line each."""

from pipelines.errors import UserError


def unreachable(address: str) -> UserError:
    """Nobody answers there, or only to say so."""
    return UserError(
        f"no server answers at {address}, or it has too much to do; start one "
        "as docs/serving.md says, correct the address, or try again"
    )


def too_late(address: str, timeout: float) -> UserError:
    """It did not answer in time."""
    return UserError(
        f"{address} did not answer within {timeout:g} seconds; connect with a "
        "longer timeout, or send fewer texts at a time"
    )


def unknown(address: str, model: str, said: str) -> UserError:
    """It does not serve that model, version or label."""
    return UserError(
        f"{address} does not serve {model}: {_line(said)}; see its "
        "models.config for names, versions and labels"
    )


def refused(address: str, said: str) -> UserError:
    """It did not take the request."""
    return UserError(
        f"{address} refused the request: {_line(said)}; see the server's log"
    )


def strange(address: str, model: str) -> UserError:
    """Something else answers there."""
    return UserError(
        f"what {address} serves as {model} is no export of hcvae_tf; correct "
        "the address or the name"
    )


def _line(said):
    return " ".join(said.split())[:300] or "no reason given"
