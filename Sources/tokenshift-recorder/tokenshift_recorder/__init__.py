"""Writes TokenShift token logs from any Hugging Face model, on any device.

`python -m tokenshift_recorder --help` scores texts; `TokenShiftCallback` records a training run.
"""

from typing import Any

from .errors import RecorderError
from .version import VERSION as __version__

__all__ = ["RecorderError", "TokenShiftCallback", "__version__"]


def __getattr__(name: str) -> Any:
    # torch takes seconds to import, and not all of the package needs it.
    if name == "TokenShiftCallback":
        from .callback import TokenShiftCallback

        return TokenShiftCallback
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
