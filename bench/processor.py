"""Limit processes to a share of a processor, as Lambda does."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
PERIOD_MICROSECONDS = 20_000


@contextmanager
def shared(share: float) -> Iterator[Callable[[], None] | None]:
    """
    Provide a function that limits the calling process to this share of a processor.

    The context returns None if creating a control group is not permitted. The control group exists as long as the
    context, so a process does not pay for the time that an earlier one used.
    """
    cpu = CGROUPS / "cpu"
    old = (cpu / "cpu.cfs_quota_us").exists()
    group = (cpu if old else CGROUPS) / f"deflection-bench-{os.getpid()}"
    quota, period = str(round(share * PERIOD_MICROSECONDS)), str(PERIOD_MICROSECONDS)
    try:
        group.mkdir()
        if old:
            (group / "cpu.cfs_period_us").write_text(period)
            (group / "cpu.cfs_quota_us").write_text(quota)
        else:
            (group / "cpu.max").write_text(f"{quota} {period}")
    except OSError:
        with suppress(OSError):
            group.rmdir()
        yield None
        return

    def enter() -> None:
        (group / "cgroup.procs").write_text(str(os.getpid()))

    try:
        yield enter
    finally:
        while (group / "cgroup.procs").read_text():
            time.sleep(0.001)
        group.rmdir()
