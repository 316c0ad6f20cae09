"""The one error that a user's mistake raises."""


class UserError(ValueError):
    """Something that was asked for is impossible; the text says what to do.

    The text is one line and names arguments in backticks: "`length` must be
    above 0". Commands print it with flags in their place, "--length must be
    above 0"; see `pipelines.command_line.run_command`.
    """
