"""Where files live: a store of unguessable names, and the one way to hand a file to somebody else's folder."""

import contextlib
import errno
import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*")
_UNFINISHED = ".unfinished"  # a folder in the root that no key can name: no part of a key has a dot
_NO_HARD_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


class BadKey(ValueError):
    """A key or prefix that does not name a place inside the store."""


class StoredFile(NamedTuple):
    """One file as it was put: its key, the SHA-256 of its bytes in hexadecimal, its size in bytes."""

    key: str
    sha256: str
    size: int


class Store:
    """Files under one root: a local folder, or any URL fsspec knows.

    A key is letters, digits, "-" and "_" in parts divided by "/". Any other key raises BadKey before the file
    system is asked, and so does a local key that a symbolic link leads out of the root.
    """

    def __init__(self, root: str) -> None:
        """Remember the root. Nothing is read or made until the first file is put."""
        self._fs, place = url_to_fs(root)
        self._root: str = place.rstrip("/")

    def put(self, prefix: str, data: bytes) -> StoredFile:
        """Keep the bytes under a new random name below the prefix; when this returns they survive a power cut.

        Never replaces a file, never shows half a one. Raises BadKey for the prefix, OSError when the disk refuses.
        """
        name = secrets.token_hex(20)
        key = f"{prefix}/{name[:2]}/{name[2:4]}/{name[4:]}"
        place = self._place(key)
        if isinstance(self._fs, LocalFileSystem):
            unfinished = Path(self._root, _UNFINISHED, name)
            _make_folder(unfinished.parent)
            _make_folder(Path(place).parent)
            _write_new(Path(place), data, unfinished, mode=0o600)
        else:
            self._fs.pipe_file(place, data, mode="create")
        return StoredFile(key, hashlib.sha256(data).hexdigest(), len(data))

    def open(self, key: str) -> BinaryIO:
        """Open a stored file for reading bytes. Raises BadKey, or FileNotFoundError when nothing is there."""
        try:
            return cast(BinaryIO, self._fs.open(self._place(key), "rb"))
        except (FileNotFoundError, IsADirectoryError):
            raise FileNotFoundError(f"No file is stored under the key {key}.") from None

    def read(self, key: str) -> bytes:
        """Return a stored file's bytes. Raises BadKey, or FileNotFoundError when nothing is there."""
        with self.open(key) as stored:
            return stored.read()

    def delete(self, key: str) -> None:
        """Remove a stored file for good; one already gone is no error. Raises BadKey."""
        place = self._place(key)
        if not self._fs.isfile(place):
            return
        with contextlib.suppress(FileNotFoundError):  # somebody else was quicker
            self._fs.rm_file(place)
        if isinstance(self._fs, LocalFileSystem):
            _sync_folder(Path(place).parent)

    def exists(self, key: str) -> bool:
        """Say whether a file is stored under this key. Raises BadKey."""
        return bool(self._fs.isfile(self._place(key)))

    def _place(self, key: str) -> str:
        if not _KEY.fullmatch(key):
            raise BadKey(f"{key!r} is not a key of this store.")
        place = f"{self._root}/{key}"
        if isinstance(self._fs, LocalFileSystem):
            root = Path(self._root).resolve()
            if not Path(place).resolve().is_relative_to(root):
                raise BadKey(f"{key!r} leads out of the store.")
        return place


def hand_over(folder: Path, name: str, data: bytes) -> Path:
    """Place a file under a fixed name in a folder another program watches, whole and durable; return its path.

    Doing it again with the same bytes changes nothing. Raises FileExistsError when the name is taken by other
    bytes, FileNotFoundError when the folder is not there, ValueError for a name that is more than a name.
    """
    if not name or name != Path(name).name or name.startswith(".") or not name.isprintable() or "\\" in name:
        raise ValueError(f"{name!r} is not a plain file name.")
    final = folder / name
    try:
        _write_new(final, data, folder / f".{secrets.token_hex(8)}.part", mode=0o640)
    except FileExistsError:
        if final.is_symlink() or not final.is_file() or final.read_bytes() != data:
            raise FileExistsError(f"{final} is already there with other contents.") from None
        _sync_folder(folder)  # whoever wrote it first may have died before this
    return final


def _write_new(final: Path, data: bytes, unfinished: Path, mode: int) -> None:
    """Write aside, then give the bytes their name in one step. Raises FileExistsError if the name is taken."""
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _name_once(unfinished, final)
        _sync_folder(final.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _name_once(unfinished: Path, final: Path) -> None:
    """Rename without replacing: a hard link fails on a taken name, where a plain rename would overwrite it."""
    try:
        final.hardlink_to(unfinished)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        if final.exists():
            raise FileExistsError(errno.EEXIST, "already there", str(final)) from None
        unfinished.rename(final)


def _make_folder(folder: Path) -> None:
    """Make a folder and its parents, readable by this program alone, and make their names durable."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
