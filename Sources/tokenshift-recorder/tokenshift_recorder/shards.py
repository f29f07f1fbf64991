"""Parts of a file of texts that processes score apart; `tokenshift merge` joins their logs."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from .errors import RecorderError


@dataclass(frozen=True)
class Shard:
    """Part `index`, from 1, of `count`."""

    index: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """`i/n`, or `auto`: that of the process that torchrun, mpirun or srun started."""
        if text == "auto":
            found = cls.launched()
            if found is None:
                raise RecorderError(
                    "--shard auto: no rank in the environment; start with torchrun, mpirun or "
                    "srun, or give --shard i/n")
            return found
        match = re.fullmatch(r"(\d+)/(\d+)", text)
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            raise RecorderError(f"--shard '{text}' is no part: write i/n with i from 1 to n")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def launched(cls) -> Shard | None:
        """That of a process started by Open MPI, PMI, torchrun or Slurm; None for another one."""
        for rank, size in (
            ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
            ("RANK", "WORLD_SIZE"), ("SLURM_PROCID", "SLURM_NTASKS"),
        ):
            if rank in os.environ and size in os.environ:
                return cls(int(os.environ[rank]) + 1, int(os.environ[size]))
        return None

    def path(self, output: str) -> str:
        """The part's log: the part for `{shard}` and the number of parts for `{shards}`, else both
        before the extension."""
        part = str(self.index).zfill(len(str(self.count)))
        if "{shard}" in output:
            return output.replace("{shard}", part).replace("{shards}", str(self.count))
        folder, name = os.path.split(output)
        stem, dot, extension = name[1:].rpartition(".")
        stem, extension = (name[0] + stem, dot + extension) if dot else (name, "")
        return os.path.join(folder, f"{stem}.shard-{part}-of-{self.count}{extension}")

    def texts(self, sizes: list[int]) -> range:
        """The texts of this part, whose middle token lies in its share of all tokens."""
        sizes = [max(size, 1) for size in sizes]
        total, before = sum(sizes), 0
        start = end = len(sizes)
        for text, size in enumerate(sizes):
            middle = 2 * before + size
            if middle * self.count >= 2 * total * (self.index - 1):
                start = min(start, text)
            if middle * self.count >= 2 * total * self.index:
                end = min(end, text)
            before += size
        return range(start, end)
