"""The proxy's process: `python -m lookin.core.kernels.proxy --control FD`. Ends with its driver.

It reads what strangers send, so it gives up every power that it has no use for, first of all.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import logging
import os
import resource
import signal
import socket
import sys

from lookin.core.kernels.proxy.control import ControlLink, Json
from lookin.core.kernels.proxy.reaching import Reach
from lookin.core.kernels.proxy.rules import HostRules, normal_host
from lookin.core.kernels.proxy.server import Proxy, ProxyLimits

_NOBODY = 65_534
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_SPARE_FILES = 200


def main() -> int:
    """Serve until the control socket ends."""
    parser = argparse.ArgumentParser(prog="lookin.core.kernels.proxy")
    parser.add_argument("--control", type=int, required=True)
    control = socket.socket(fileno=parser.parse_args().control)
    logging.basicConfig(level=logging.INFO, format="%(name)s %(message)s", stream=sys.stderr)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for those who end us
    connections = allow_files()
    give_up_powers()
    asyncio.run(serve(control, Reach(), ProxyLimits(all_connections=connections)))
    return 0


def allow_files() -> int:
    """As many open files as the system lets us have; how many connections that bears."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = 16_384 if most == resource.RLIM_INFINITY else min(most, 16_384)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    return max(16, (files - _SPARE_FILES) // 2)


def give_up_powers() -> None:
    """No core files, no debugger, no new privileges, and nobody instead of root."""
    normal_host("läd.example")  # loads Python's tables for names while we may still read them
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


async def serve(control: socket.socket, reach: Reach, limits: ProxyLimits) -> None:
    """Rules first, then a listener for each kernel, until the other end is gone."""
    link = ControlLink(control)
    try:
        rules = await _read_rules(link)
        if rules is not None:
            await _obey(link, Proxy(rules, reach, limits))
    except (OSError, ValueError) as error:
        logging.getLogger("lookin.proxy").error("the control socket failed: %s", error)
    finally:
        link.close()


async def _read_rules(link: ControlLink) -> HostRules | None:
    frame = await link.receive()
    if frame is None:
        return None
    try:
        rules = HostRules.read(frame["rules"]["mode"], tuple(frame["rules"]["hosts"]))
    except (KeyError, TypeError, ValueError) as error:
        await link.send({"failed": str(error)})
        return None
    await link.send({"ready": True})
    return rules


async def _obey(link: ControlLink, proxy: Proxy) -> None:
    try:
        while (frame := await link.receive()) is not None:
            await link.send(await _answer(frame, link.take_descriptor(), proxy))
    finally:
        await proxy.close()


async def _answer(frame: Json, descriptor: int | None, proxy: Proxy) -> Json:
    listener = socket.socket(fileno=descriptor) if descriptor is not None else None
    match frame:
        case {"op": "serve", "kernel": str(kernel)} if listener is not None:
            if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                listener.close()
                return {"failed": "the socket does not listen", "kernel": kernel}
            await proxy.serve(kernel, listener)
            return {"served": kernel}
        case {"op": "drop", "kernel": str(kernel)}:
            await proxy.drop(kernel)
            return {"dropped": kernel}
    if listener is not None:
        listener.close()
    return {"failed": "not understood"}


if __name__ == "__main__":
    sys.exit(main())
