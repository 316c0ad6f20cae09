"""What a user is told: errors and notes."""

import re


class UserError(ValueError):
    """An invalid request; the text says what is wrong and what to do.

    The text is one line and names arguments in backticks: "`length` must be
    above 0". Commands print these as flags, "--length must be above 0"; see
    `pipelines.command_line.run_command`.
    """


class UserNote(UserWarning):
    """What a user should know of an answer; the text is one line.

    Commands print it as `note: …`, see `pipelines.command_line.run_command`.
    """


def one_line(error: BaseException | str) -> str:
    """Returns the reason of an error without line breaks.

    Args:
        error: of an `OSError`, the system's words alone are taken; of an error
            of TensorFlow, those without the names of its functions.
    """
    text = getattr(error, "strerror", None) or str(error)
    text = re.sub(r"\{\{function_node .*?\}\}|\[Op:\w+\].*", "", text)
    return " ".join(text.split())
