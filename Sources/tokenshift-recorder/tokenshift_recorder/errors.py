"""What is wrong, on one line: what, where, and the fix."""


class RecorderError(Exception):
    """Input or options that can't be used."""


class BadLine(RecorderError):
    """A line of texts that is wrong by itself, and may be left out."""

    def __init__(self, path: str, line: int, reason: str):
        super().__init__(f"{path}:{line}: {reason}")
        self.line = line
