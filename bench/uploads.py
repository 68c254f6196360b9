"""e. The upload check. Files a second beside a bare read, hash and parse; and `python -m bench.uploads`: many malformed ones.

The harness sends malformed uploads through the real check and the real store, in a folder of its own, and holds what
must be true: every answer is a refusal in plain English or a file in the store, nothing is written anywhere else, and
the memory of this process and of its children stays bounded.
"""

import hashlib
import io
import os
import resource
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import click
import pikepdf

from bench.malformed import malformed
from bench.result import Result, alternate, compare
from onboarding.errors import BadFile
from onboarding.filecheck import check_upload, children
from onboarding.storage import Store
from tests.support import files

MOST_BYTES = 15 * 2**20
MEMORY_MB = 512
FILES = 20


def measure(rounds: int = 5) -> list[Result]:
    """Files a second beside the bare parse."""
    data = files.pdf_bytes(pages=3)

    def bare() -> float:
        began = perf_counter()
        for _ in range(FILES * 10):
            hashlib.sha256(data).hexdigest()
            with pikepdf.open(io.BytesIO(data)) as pdf:
                len(pdf.pages)
        return FILES * 10 / (perf_counter() - began)

    def ours() -> float:
        began = perf_counter()
        for _ in range(FILES):
            check_upload(data, "license.pdf", max_bytes=MOST_BYTES)
        return FILES / (perf_counter() - began)

    notes = (
        "each file has a child of its own, shut in; its parent, which has the libraries loaded, is kept",
    )
    limit = "read, hash, pikepdf.open"
    return [compare("f", "upload check", limit, "files/s", 0.0, *alternate(ours, bare, rounds), notes=notes)]


@dataclass
class Harvest:
    """What became of the uploads."""

    taken: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def sent(self) -> int:
        return self.taken + self.refused.total() + len(self.failures)


def send_malformed(numbers: range, folder: Path) -> Harvest:
    """Send these uploads through the check and into a store below the folder; whatever else appears there is a stray."""
    found, store = Harvest(), Store(str(folder / "store"))
    watch = _watch(folder, found)
    began = perf_counter()
    try:
        for number in numbers:
            _send(number, store, found)
    finally:
        watch.clear()
        children.close()  # and so what its children used is counted
    found.seconds = perf_counter() - began
    found.strays += [str(path) for path in folder.rglob("*") if not path.is_relative_to(folder / "store")]
    return found


def _send(number: int, store: Store, found: Harvest) -> None:
    upload = malformed(number)
    try:
        facts = check_upload(upload.data, upload.name, max_bytes=MOST_BYTES, seconds=10, memory_mb=MEMORY_MB)
        store.put("documents", upload.data)
        assert facts.safe_name == Path(facts.safe_name).name
        found.taken += 1
    except BadFile as refused:
        found.refused[refused.message.split(".")[0][:60]] += 1
    except Exception as failure:  # the one thing that must not happen
        found.failures.append(f"{number} ({upload.trouble}): {type(failure).__name__}: {failure}")


def _watch(folder: Path, found: Harvest) -> list[bool]:
    """Note every file this process opens for writing outside the store, until the list it answers is emptied."""
    watching, inside = [True], str(folder / "store")

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if not watching or event != "open":
            return
        path, _, flags = arguments
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and isinstance(path, str) and not path.startswith((inside, "/dev/null")):
            found.strays.append(path)

    sys.addaudithook(note)
    return watching


@click.command(help=__doc__)
@click.option("--uploads", default=10_000, show_default=True)
@click.option("--start", default=0, show_default=True, help="The number of the first one.")
def main(uploads: int, start: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = send_malformed(range(start, start + uploads), Path(folder))
        kept = sum(path.is_file() for path in Path(folder, "store").rglob("*"))
    here, below = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{found.sent:,} uploads in {found.seconds:,.0f} s: {found.sent / found.seconds:,.0f} a second")
    print(f"taken {found.taken:,} ({kept:,} in the store), refused {found.refused.total():,}")
    for says, count in found.refused.most_common():
        print(f"  {count:6,}  {says}")
    print(f"peak memory: this process {here} MB, the largest child {below} MB (limit {MEMORY_MB} MB)")
    print(f"failures: {len(found.failures)}   files outside the store: {len(found.strays)}")
    for line in (*found.failures[:20], *found.strays[:20]):
        print(f"  {line}")
    sys.exit(bool(found.failures or found.strays or found.sent != uploads))


if __name__ == "__main__":
    main()
