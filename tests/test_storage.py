import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding import storage
from onboarding.storage import BadKey, Store, hand_over

OUTSIDE = [
    "", "/", ".", "..", "../secret", "documents/../../secret", "documents/..", "/etc/passwd", "//host/share",
    "documents//one", "documents/", "documents/.hidden", "C:\\secret", "..\\secret", "documents\\one", "a\0b",
    "documents/one\n", "%2e%2e/secret", "file:///etc/passwd", "s3://bucket/x", "~/x", "ünï", "a" * 5 + "\u202e",
]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if not path.is_dir()}


def test_a_file_comes_back_as_it_was_put(store):
    stored = store.put("documents", b"the bytes")
    assert stored.sha256 == hashlib.sha256(b"the bytes").hexdigest()
    assert stored.size == 9
    assert store.exists(stored.key)
    assert store.read(stored.key) == b"the bytes"
    with store.open(stored.key) as file:
        assert file.read(3) == b"the"


def test_making_a_store_touches_nothing(tmp_path):
    Store(str(tmp_path / "store"))
    assert list(tmp_path.iterdir()) == []


def test_the_same_bytes_get_two_long_random_names(store):
    first, second = store.put("documents", b"x").key, store.put("documents", b"x").key
    assert first != second
    prefix, ab, cd, rest = first.split("/")
    assert prefix == "documents" and len(ab) == len(cd) == 2 and len(rest) == 36


def test_only_this_program_may_read_what_is_stored(store, tmp_path):
    place = tmp_path / "store" / store.put("documents", b"x").key
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700


def test_a_taken_name_is_never_overwritten(store, monkeypatch):
    monkeypatch.setattr(storage.secrets, "token_hex", lambda size: "ab" * size)
    stored = store.put("documents", b"first")
    with pytest.raises(FileExistsError):
        store.put("documents", b"second")
    assert store.read(stored.key) == b"first"


@pytest.mark.parametrize(("owner", "step"), [(os, "fsync"), (Path, "hardlink_to")])
def test_a_put_that_fails_leaves_nothing_behind(store, tmp_path, monkeypatch, owner, step):
    store.put("documents", b"before")
    before = files_in(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(owner, step, full)
    with pytest.raises(OSError, match="No space"):
        store.put("documents", b"lost")
    assert files_in(tmp_path) == before


def test_the_bytes_are_on_disk_before_they_have_their_name(store, monkeypatch):
    done = []
    fsync, hardlink_to = os.fsync, Path.hardlink_to
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append("sync"), fsync(handle)))
    monkeypatch.setattr(Path, "hardlink_to", lambda new, old: (done.append("name"), hardlink_to(new, old)))
    store.put("documents", b"x")
    assert done[-3:] == ["sync", "name", "sync"]


def test_a_disk_without_hard_links_still_stores_and_still_never_overwrites(store, tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    assert store.read(store.put("documents", b"x").key) == b"x"
    assert hand_over(tmp_path, "letter.pdf", b"one").read_bytes() == b"one"
    with pytest.raises(FileExistsError):
        hand_over(tmp_path, "letter.pdf", b"two")


@pytest.mark.parametrize("key", OUTSIDE)
def test_a_key_that_leads_out_of_the_store_is_refused_everywhere(store, tmp_path, key):
    (tmp_path / "secret").write_bytes(b"secret")
    before = files_in(tmp_path)
    for ask in (store.open, store.read, store.delete, store.exists, lambda key: store.put(key, b"x")):
        with pytest.raises(BadKey):
            ask(key)
    assert files_in(tmp_path) == before


@given(st.text() | st.text(alphabet="./\\a\0:%~-"))
def test_no_text_used_as_a_key_reaches_outside(tmp_path_factory, key):
    folder = tmp_path_factory.getbasetemp() / "outside"
    (folder / "store").mkdir(parents=True, exist_ok=True)
    (folder / "secret").write_bytes(b"secret")
    store = Store(str(folder / "store"))
    try:
        store.delete(key)
        assert not store.exists(key)
        store.put(key, b"x")
    except (BadKey, OSError):
        pass
    assert [path for path in files_in(folder) if not path.is_relative_to(folder / "store")] == [
        folder / "secret"
    ]


def test_a_symbolic_link_does_not_lead_out_of_the_store(store, tmp_path):
    store.put("documents", b"x")
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "store" / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(BadKey):
        store.read("link")


def test_reading_what_is_not_there_says_which_key(store):
    with pytest.raises(FileNotFoundError, match="documents/aa/bb/cc"):
        store.read("documents/aa/bb/cc")


def test_a_folder_is_not_a_file(store):
    store.put("documents", b"x")
    assert not store.exists("documents")
    with pytest.raises(FileNotFoundError):
        store.read("documents")


def test_a_deleted_file_is_gone_and_deleting_again_is_no_error(store):
    key = store.put("documents", b"x").key
    store.delete(key)
    store.delete(key)
    assert not store.exists(key)


def test_any_fsspec_url_can_be_the_root():
    store = Store("memory://files-of-this-test")
    key = store.put("documents", b"elsewhere").key
    assert store.read(key) == b"elsewhere"
    store.delete(key)
    assert not store.exists(key)
    with pytest.raises(FileNotFoundError):
        store.read(key)
    with pytest.raises(BadKey):
        store.read("../x")


def test_a_file_is_handed_over_under_its_name_and_nothing_else_appears(tmp_path):
    assert hand_over(tmp_path, "letter-1.pdf", b"one") == tmp_path / "letter-1.pdf"
    assert files_in(tmp_path) == {tmp_path / "letter-1.pdf"}
    assert (tmp_path / "letter-1.pdf").read_bytes() == b"one"


def test_handing_over_the_same_again_changes_nothing(tmp_path):
    first = hand_over(tmp_path, "letter.pdf", b"one").stat()
    again = hand_over(tmp_path, "letter.pdf", b"one").stat()
    assert (first.st_ino, first.st_mtime_ns) == (again.st_ino, again.st_mtime_ns)


def test_other_bytes_under_a_taken_name_are_refused(tmp_path):
    hand_over(tmp_path, "letter.pdf", b"one")
    with pytest.raises(FileExistsError, match="other contents"):
        hand_over(tmp_path, "letter.pdf", b"two")
    assert (tmp_path / "letter.pdf").read_bytes() == b"one"
    assert files_in(tmp_path) == {tmp_path / "letter.pdf"}


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/x", "a\\b", "a\0b", "a\nb", ".hidden"])
def test_a_name_that_is_more_than_a_name_is_not_handed_over(tmp_path, name):
    with pytest.raises(ValueError, match="plain file name"):
        hand_over(tmp_path, name, b"x")
    assert files_in(tmp_path) == set()


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        hand_over(tmp_path / "unplugged", "letter.pdf", b"x")
