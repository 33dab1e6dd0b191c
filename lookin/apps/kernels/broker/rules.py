"""What the operator decided about kernels, as the broker is told it: plain values, no settings.

Filled by lookin/site/broker.py; read by the house (limits, care) and by whoever makes the driver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DriverName = Literal["auto", "zygote", "subprocess"]
Network = Literal["off", "listed", "public"]


@dataclass(frozen=True, slots=True)
class KernelRules:
    """How kernels are made and fenced. 0 means no limit; sizes in bytes, times in seconds.

    `hosts` are those of the network "listed". `unfenced` serves several people without a fence.
    """

    driver: DriverName = "auto"
    stock: int = 2
    forks: int = 200
    imports: tuple[str, ...] = ("numpy", "pandas", "matplotlib.pyplot")
    memory_bytes: int = 1_024_000_000
    processes: int = 256
    open_files: int = 4096
    file_bytes: int = 4_096_000_000
    tmp_bytes: int = 256_000_000
    network: Network = "off"
    hosts: tuple[str, ...] = ()
    orphan_seconds: float = 60.0
    unfenced: bool = False


@dataclass(frozen=True, slots=True)
class HouseRules:
    """How many kernels there may be, and when one is ended. 0 means no limit.

    `idle_seconds`: a kernel that has done nothing for so long is ended, after saving.
    `linger_seconds` keeps an empty room without a kernel for a reload. A kernel waits while the
    machine has less than `memory_reserve_bytes` free; kernels that write are ended while the disk
    has less than `disk_reserve_bytes`. `workspace_bytes` bounds the folder a kernel works in.
    `history_bytes` bounds the earlier versions of one notebook; one is kept after so much quiet, or
    after the longest time of going on.
    """

    idle_seconds: float = 3600.0
    linger_seconds: float = 30.0
    most_kernels: int = 100
    kernels_per_person: int = 8
    cell_seconds: float = 0.0
    memory_reserve_bytes: int = 256_000_000
    workspace_bytes: int = 10_240_000_000
    disk_reserve_bytes: int = 512_000_000
    history_bytes: int = 200_000_000
    history_quiet_seconds: float = 120.0
    history_longest_seconds: float = 600.0
    tick_seconds: float = 1.0
