"""Become another program, on the same short lead: `python -I -B confined.py SECONDS MEMORY_MB PROGRAM ARGUMENT ...`."""

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Give up network, time, memory and files, then hand the process over."""
    spec = spec_from_file_location("child", Path(__file__).with_name("child.py"))
    assert spec is not None and spec.loader is not None
    child = module_from_spec(spec)
    spec.loader.exec_module(child)
    child._shut_in(int(arguments[0]), int(arguments[1]))
    os.execve(arguments[2], arguments[2:], {"OMP_THREAD_LIMIT": "1"})  # noqa: S606 - our own argument, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
