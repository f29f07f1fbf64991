"""What is wrong, on one line: what, where, and the fix."""


class RecorderError(Exception):
    """Input or options that can't be used."""

    def __init__(self, message: str):
        super().__init__(" ".join(message.split()))


class LineError(RecorderError):
    """The same for a line; whoever reads the file adds its name and the line's number."""


class BadLine(RecorderError):
    """A line of texts that is wrong by itself, and may be left out."""

    def __init__(self, path: str, line: int, reason: str):
        super().__init__(f"{path}:{line}: {reason}")
        self.line = line
