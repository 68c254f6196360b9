"""Running a child process on a stranger's file: so many seconds, so much of an answer, then it is gone."""

import os
import signal
import subprocess
import threading

_LONGEST_ANSWER = 4096


def run_child(
    command: list[str], data: bytes, seconds: int, longest: int = _LONGEST_ANSWER
) -> tuple[int, bytes]:
    """Run a command on the data; kill it and all it started after so many seconds; read so many bytes of its answer.

    Answers its exit status and what it said. Raises OSError when it cannot be started.
    """
    with subprocess.Popen(  # noqa: S603 - our own file, a fixed list of arguments, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        bell = threading.Timer(seconds, os.killpg, (child.pid, signal.SIGKILL))
        bell.start()
        try:
            try:
                child.stdin.write(data)
                child.stdin.close()
            except BrokenPipeError:
                pass  # it ended early; what it said, or did not say, tells why
            said = child.stdout.read(longest)
        finally:
            bell.cancel()
            bell.join()
            os.killpg(child.pid, signal.SIGKILL)  # not yet waited for, so the number is still the child's
        return child.wait(), said
