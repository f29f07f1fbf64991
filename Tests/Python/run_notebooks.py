"""Runs the notebooks from top to bottom, each in a folder of its own; any error fails.

    python run_notebooks.py --tool ../../.build/release/tokenshift           # does everything run?
    python run_notebooks.py --tool … --write                                 # and keep what it showed
    python run_notebooks.py --tool … 1-log 3-trl                             # only these

`make test-python` runs it, with the packages of Notebooks/requirements.txt and the recorder. Without --write nothing is
changed in Notebooks; where outputs aren't those that are committed it says so, and that is no failure:
last digits and pixels depend on the processor and on versions of packages.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "Notebooks"
LARGEST = 300_000  # bytes of a notebook with its outputs
CELL_LIMIT = 900  # seconds; a loaded machine is slow


def executed(path: Path, tool: Path) -> nbformat.NotebookNode:
    """The notebook after a run, in a folder that looks like Notebooks and that nothing is kept of."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    with tempfile.TemporaryDirectory(prefix="notebooks-") as name:
        folder = Path(name).resolve()
        (folder / "Notebooks").mkdir()
        (folder / "Data").symlink_to(ROOT / "Data")
        # One thread: sums in one order, so that a second run shows the same digits.
        environment = os.environ | {
            "TOKENSHIFT": str(tool), "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0",
            "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
        NotebookClient(
            notebook, timeout=CELL_LIMIT, kernel_name="python3", record_timing=False,
            resources={"metadata": {"path": str(folder / "Notebooks")}},
        ).execute(env=environment)
        clean(notebook, {str(folder): "..", str(tool): "tokenshift", str(ROOT): ".."})
    return notebook


# MARK: What is kept


def clean(notebook: nbformat.NotebookNode, names: dict[str, str]) -> None:
    """Leaves no path of this machine, no warning, no progress, and nothing that differs by the run."""
    def scrubbed(text):
        if isinstance(text, list):
            return [scrubbed(line) for line in text]
        for path, name in names.items():
            text = text.replace(path, name)
        return re.sub(r" at 0x[0-9a-f]+", "", text)

    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type != "code":
            continue
        kept = []
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                continue
            if output.output_type == "stream":
                output.text = scrubbed(output.text)
                # Pieces of one stream come as the kernel's clock cuts them.
                if kept and kept[-1].output_type == "stream":
                    kept[-1].text += output.text
                    continue
            else:
                output.metadata = {}
                for kind in output.data:
                    if not kind.startswith("image/png"):
                        output.data[kind] = scrubbed(output.data[kind])
            kept.append(output)
        cell.outputs = kept


def differing(one: nbformat.NotebookNode, other: nbformat.NotebookNode) -> list[int]:
    """Numbers, from 1, of the cells whose outputs differ."""
    pairs = zip(one.cells, other.cells, strict=True)
    return [
        number for number, (a, b) in enumerate(pairs, 1) if a.get("outputs") != b.get("outputs")]


# MARK: Command


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("notebooks", nargs="*", help="names without .ipynb; all, if none is given")
    parser.add_argument(
        "--tool", type=Path, default=os.environ.get("TOKENSHIFT", ROOT / ".build/release/tokenshift"),
        help="default: $TOKENSHIFT, else the one built here")
    parser.add_argument("--write", action="store_true", help="write outputs into Notebooks")
    arguments = parser.parse_args()
    tool = arguments.tool.resolve()
    if not tool.is_file():
        sys.exit(f"{arguments.tool}: no tool here; run `make build`, or name it with --tool")
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    if unknown := set(arguments.notebooks) - {path.stem for path in paths}:
        sys.exit(f"{', '.join(sorted(unknown))}: not in {NOTEBOOKS.name}")

    failures = 0
    for path in paths:
        if arguments.notebooks and path.stem not in arguments.notebooks:
            continue
        began = time.monotonic()
        try:
            notebook = executed(path, tool)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            plain = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
            print(f"{path.name}: FAILED\n{plain}", file=sys.stderr)
            failures += 1
            continue
        cells = differing(notebook, nbformat.read(path, as_version=4))
        said = f"other outputs in cells {', '.join(map(str, cells))}" if cells else "same outputs"
        text = nbformat.writes(notebook) + "\n"
        if len(text.encode()) > LARGEST:
            print(f"{path.name}: {len(text.encode()):,} bytes, more than {LARGEST:,}", file=sys.stderr)
            failures += 1
        elif arguments.write:
            path.write_text(text)
        print(f"{path.name}: ran in {time.monotonic() - began:.0f} s, {said}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
