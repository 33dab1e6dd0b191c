"""Attacks on the rest of the machine from inside a kernel's fence: each must be stopped.

With a bare fence (`fence_runner.py`), as root where we are, and as an ordinary user.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from lookin.core.kernels.sandbox.plan import WORKSPACE, Limits, Plan
from lookin.core.kernels.sandbox.probe import probe

HERE = Path(__file__).parent
SANDBOX = HERE.parent.parent / "lookin/core/kernels/sandbox"
NOBODY = 65534
LIMITS = Limits(
    memory_bytes=128 << 20, processes=40, open_files=64, file_bytes=4 << 20, tmp_bytes=8 << 20
)
SECRET = "a-secret-of-the-server-5309"


@dataclass
class Machine:
    """A little server beside the fence: its secrets, sockets and processes; and ways in."""

    home: Path
    uid: int
    become: int | None
    victim: subprocess.Popen[bytes]
    loopback: socket.socket
    plan: Plan

    def attack(self, name: str, *arguments: Any, plan: Plan | None = None) -> dict[str, Any]:
        """Run one attack inside; what it says, or how its process ended."""
        return self.attack_all((name, *arguments), plan=plan)[0]

    def attack_all(self, *attacks: tuple[Any, ...], plan: Plan | None = None) -> list[Any]:
        """Run attacks one after another in one kernel; what each says."""
        asked = {
            "sandbox": str(self.home / "code"),
            "plan": (plan or self.plan).to_json(),
            "folder": str(self.home / "workspaces/mine"),
            "attacks": attacks,
            "become": self.become,
            "prefixes": [sys.prefix, sys.base_prefix],
        }
        done = subprocess.run(
            [sys.executable, "-I", str(self.home / "code/fence_runner.py")],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={},
            pass_fds=[self.loopback.fileno()],
        )
        assert not done.stderr, done.stderr
        said: list[Any] = json.loads(done.stdout)
        assert "failed" not in said[0], said
        return said

    def stops(self, name: str, *arguments: Any, plan: Plan | None = None) -> str:
        """That the attack is stopped; the name of the error number it got, if any."""
        return self.stop_all((name, *arguments), plan=plan)[0]

    def stop_all(self, *attacks: tuple[Any, ...], plan: Plan | None = None) -> list[str]:
        """That each is stopped; the names of the error numbers."""
        found = self.attack_all(*attacks, plan=plan)
        for attack, said in zip(attacks, found, strict=True):
            assert "error" in said, f"{attack} came through: {said}"
            assert not said["error"].startswith(("TypeError", "NameError", "KeyError")), said
        return [str(said["number"]) for said in found]


def _furnish(home: Path, uid: int) -> None:
    """The server's files, for its own eyes, and another person's workspace."""
    home.chmod(0o755)
    for folder in ("code", "workspaces", "workspaces/mine", "workspaces/theirs"):
        (home / folder).mkdir(mode=0o755)
    shutil.copytree(SANDBOX, home / "code/sandbox", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("fence_runner.py", "fence_attacks.py"):
        shutil.copy(HERE / name, home / "code")
    (home / "database").write_text(SECRET)
    (home / "database").chmod(0o600)
    (home / "workspaces/theirs/diary").write_text(SECRET)
    for path in (home, *home.rglob("*")):
        os.chown(path, uid, uid)


@contextlib.contextmanager
def _machine(become: int | None, plan: Plan) -> Iterator[Machine]:
    uid = os.geteuid() if become is None else become
    with tempfile.TemporaryDirectory(prefix="lookin-fence-") as name:
        home = Path(name)
        _furnish(home, uid)
        control, hidden = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        control.bind(str(home / "control"))
        hidden.bind(f"\0lookin-{home.name}")
        (home / "control").chmod(0o777)
        loopback = socket.create_server(("127.0.0.1", 0))
        for listening in (control, hidden):
            listening.listen()
        victim = subprocess.Popen(
            ["/bin/sleep", "100"], env={"LOOKIN_SECRET": SECRET}, user=become, group=become
        )
        try:
            yield Machine(home, uid, become, victim, loopback, plan)
            assert victim.poll() is None, "another process was ended"
        finally:
            victim.kill()
            victim.wait()
            for opened in (control, hidden, loopback):
                opened.close()


ROOT = os.geteuid() == 0
IDENTITIES = ["an ordinary user", *(["root", "root without own uids"] if ROOT else [])]


def _plan(identity: str) -> Plan:
    readable = (sys.prefix, sys.base_prefix)
    return Plan("full", readable, "off", LIMITS, 2_000_000_777 if identity == "root" else None)


@pytest.fixture(scope="module", params=IDENTITIES)
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    """A server run by root or by an ordinary user, and a fence of tier full."""
    found = probe()
    if found.name != "full":
        pytest.skip(f"a system that gives the whole fence was not found: {found.reason}")
    ordinary = request.param == "an ordinary user"
    with _machine(NOBODY if ROOT and ordinary else None, _plan(request.param)) as made:
        yield made


@pytest.fixture(scope="module", params=IDENTITIES[:2])
def reduced(request: pytest.FixtureRequest) -> Iterator[Machine]:
    """The same, with a fence of tier reduced: no namespaces."""
    ordinary = request.param == "an ordinary user"
    plan = replace(_plan("ordinary"), tier="reduced")
    with _machine(NOBODY if ROOT and ordinary else None, plan) as made:
        yield made


def test_people_can_work_inside(machine: Machine) -> None:
    said = machine.attack("work")
    value = said["value"]
    assert value["says"] == ["lookin", "mine", "lookin"]
    assert (value["python"], value["threads"], value["terminal"]) == ("5", [1], "terminal")
    assert (value["folder"], value["home"]) == (WORKSPACE, ["workspace"])
    made = machine.home / "workspaces/mine/renamed"
    assert made.stat().st_uid == machine.uid, "what people make belongs to the server on the disk"


def test_another_persons_files_are_out_of_reach(machine: Machine) -> None:
    diary = str(machine.home / "workspaces/theirs/diary")
    said = machine.stop_all(
        ("read", diary),
        ("read", str(Path(WORKSPACE, "../theirs/diary"))),
        ("look_into", str(machine.home / "workspaces")),
    )
    assert set(said) == {"ENOENT"}
    assert machine.stops("follow_own_symlink", diary)


def test_the_database_and_the_systems_secrets_are_out_of_reach(machine: Machine) -> None:
    files = (str(machine.home / "database"), "/etc/shadow", "/root/.bashrc", "/var/log/syslog")
    folders = (str(machine.home), "/var", "/run", "/sys", "/proc/1/root/", "/proc/1/cwd/")
    read = machine.stop_all(*(("read", path) for path in files))
    seen = machine.stop_all(*(("look_into", folder) for folder in folders))
    assert {*read, *seen} <= {"ENOENT", "EACCES"}


def test_nothing_but_the_own_folder_can_be_written(machine: Machine) -> None:
    site = next(p for p in sys.path if p.endswith("site-packages"))
    files = (f"{site}/sitecustomize.py", "/etc/passwd", "/usr/x", "/x", "/home/x", "/dev/x")
    knobs = ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory")
    said = machine.stop_all(*(("write", path) for path in (*files, *knobs)))
    assert set(said) <= {"EROFS", "EACCES"}
    machine.stop_all(("write", "/proc/sysrq-trigger"), ("write_oom_score",))


def test_the_servers_environment_is_nowhere_in_proc(machine: Machine) -> None:
    said = machine.stop_all(
        ("read", "/proc/1/environ"),
        ("find_in_proc", SECRET),  # which the victim has
        ("see_processes",),
        ("find_in_proc", str(machine.home / "control")),
    )
    assert said[0] == "EACCES"
    names = ("kcore", "kmsg", "kpagecount", "slabinfo", "vmallocinfo")
    for read in machine.attack_all(*(("read", f"/proc/{name}") for name in names)):
        assert "error" in read or read["value"] == ""


def test_control_sockets_cannot_be_reached(machine: Machine) -> None:
    paths = (str(machine.home / "control"), "/run/docker.sock", "/var/run/dbus/system_bus_socket")
    hidden, *said = machine.stop_all(
        ("connect", f"@lookin-{machine.home.name}"), *(("connect", path) for path in paths)
    )
    assert hidden in {"ECONNREFUSED", "EPERM"}
    assert set(said) == {"ENOENT"}


def test_another_process_cannot_be_signalled_traced_or_read(machine: Machine) -> None:
    victim = machine.victim.pid
    numbers = (signal.SIGTERM, signal.SIGKILL, 0)
    sent = machine.stop_all(*(("send_signal", victim, number) for number in numbers))
    assert set(sent) <= {"ESRCH", "EPERM"}
    kinds = ("attach", "read_memory")
    said = machine.stop_all(
        *((kind, pid) for kind in kinds for pid in (victim, 1)), ("change_limits_of", 1)
    )
    assert set(said) == {"EPERM"}
    machine.stop_all(("open_memory", 1), ("take_descriptor", 1))


def test_the_warden_cannot_be_ended_from_inside(machine: Machine) -> None:
    machine.stop_all(("send_signal", 1, signal.SIGKILL), ("send_signal", 1, signal.SIGSTOP))


def test_no_process_outlives_its_kernel(machine: Machine) -> None:
    assert machine.attack("outlive") == {"value": 1}  # the run itself waits for all to be gone


def test_no_network_can_be_reached(machine: Machine) -> None:
    port = machine.loopback.getsockname()[1]
    assert machine.stops("reach", "127.0.0.1", port) == "ECONNREFUSED"
    hosts = ("169.254.169.254", "fd00:ec2::254", "1.1.1.1", "10.0.0.1", "2606:4700::1111")
    reached = machine.stop_all(*(("reach", host, 80) for host in hosts))
    asked = machine.stop_all(*(("ask_name_server", host) for host in hosts))
    assert {*reached, *asked} == {"ENETUNREACH"}


def test_odd_sockets_cannot_be_opened(machine: Machine) -> None:
    odd = [(16, 3, 4), (16, 3, 12), (16, 3, 16), (17, 3, 0), (40, 1, 0), (38, 5, 0), (2, 3, 1),
           (2, 3, 255), (2, 1, 132), (2, 1, 262), (10, 3, 58), (2, 2, 1), (31, 3, 0)]  # fmt: skip
    said = machine.stop_all(*(("open_socket", *kind) for kind in odd))
    assert set(said) == {"EAFNOSUPPORT"}


def test_no_new_namespaces(machine: Machine) -> None:
    kinds = (0x10000000, 0x00020000, 0x40000000, 0x20000000, 0x08000000, 0x04000000, 0x02000000)
    left = machine.stop_all(*(("make_namespace", kind) for kind in (*kinds, 0x80)))
    cloned = machine.stop_all(*(("clone_namespace", kind) for kind in kinds))
    assert {*left, *cloned} == {"EPERM"}
    assert machine.stops("call", 435, 435, 0, 0) == "ENOSYS"  # clone3
    assert machine.stops("enter_namespace", "/proc/self/ns/user") == "EPERM"


def test_mounts_cannot_be_changed(machine: Machine) -> None:
    numbers = ((428, 428), (429, 429), (430, 430), (432, 432), (442, 442), (155, 41), (161, 51))
    said = machine.stop_all(
        ("unmount", WORKSPACE),
        ("unmount", "/proc/keys"),
        ("mount_proc",),
        *(("call", x86, arm, 0, 0, 0, 0) for x86, arm in numbers),
    )
    assert set(said) == {"EPERM"}


def test_risky_system_calls_are_refused(machine: Machine) -> None:
    refused = {"bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
               "keyctl": (250, 219), "request_key": (249, 218), "open_by_handle_at": (304, 265),
               "kcmp": (312, 272), "kexec_load": (246, 104), "init_module": (175, 105),
               "reboot": (169, 142), "swapon": (167, 224), "syslog": (103, 116)}  # fmt: skip
    said = machine.stop_all(*(("call", *numbers, 0, 0, 0, 0, 0) for numbers in refused.values()))
    assert set(said) == {"EPERM"}
    unknown = (425, 426, 427, 463, 500)  # io_uring, and what is newer than the filter
    said = machine.stop_all(*(("call", number, number, 0, 0, 0) for number in unknown))
    assert set(said) == {"ENOSYS"}
    assert machine.stops("add_key") == "EPERM"
    assert machine.stops("call", 135, 92, 0x0040000) == "EPERM"  # personality(ADDR_NO_RANDOMIZE)


def test_a_system_call_of_another_architecture_ends_the_kernel(machine: Machine) -> None:
    if os.uname().machine != "x86_64":
        pytest.skip("this processor has one architecture only")
    assert machine.attack("legacy_call")["ended"] in {-signal.SIGSYS, -signal.SIGSEGV}
    assert machine.stops("call", 0x40000000 + 39, 0) == "ENOSYS"  # x32's getpid


def test_nothing_can_be_typed_into_a_terminal(machine: Machine) -> None:
    assert machine.stops("type_into_terminal") == "EPERM"


def test_nothing_is_inherited(machine: Machine) -> None:
    machine.stops("find_descriptors", 1)  # the one over which the attack answers


def test_no_capability_is_left(machine: Machine) -> None:
    machine.stops("read_capabilities")


def test_no_program_of_the_server_can_be_left_on_the_disk(machine: Machine) -> None:
    made, opened, device = machine.stop_all(
        ("make_set_uid_file",), ("open_set_uid_file",), ("make_device",)
    )
    assert made == opened == "EPERM"
    assert device in {"EPERM", "EACCES"}


def test_bombs_end_at_the_limits(machine: Machine) -> None:
    assert 10 < machine.attack("thread_bomb", 10_000)["value"] < LIMITS.processes
    assert 10 < machine.attack("open_many", 10_000)["value"] < LIMITS.open_files
    memory = machine.attack("memory_bomb", 2_000)["value"]
    assert 100 < memory < 128 + 24 * 8 + 20
    assert machine.attack("fill", "large", 64)["value"] == 4
    limits = (resource.RLIMIT_NOFILE, resource.RLIMIT_DATA, resource.RLIMIT_FSIZE)
    machine.stop_all(*(("raise_limit", kind) for kind in (*limits, resource.RLIMIT_CORE)))


def test_a_fork_bomb_ends_at_the_limit(machine: Machine) -> None:
    if machine.uid == 0 and machine.plan.uid is None:
        pytest.skip("Linux never counts the processes of the real root: only control groups do")
    assert 10 < machine.attack("fork_bomb", 200)["value"] < LIMITS.processes


def test_shared_memory_and_tmp_are_bounded(machine: Machine) -> None:
    plan = replace(machine.plan, limits=replace(LIMITS, file_bytes=0))
    for path in ("/dev/shm/x", "/tmp/x"):
        assert machine.attack("fill", path, 64, plan=plan)["value"] == 8


def test_two_fences_share_no_temporary_files(machine: Machine) -> None:
    for path in ("/tmp/left", "/dev/shm/left"):
        assert machine.attack("write", path)["value"] == path
        assert machine.stops("read", path) == "ENOENT"


def test_without_namespaces_files_are_still_out_of_reach(reduced: Machine) -> None:
    paths = (reduced.home / "workspaces/theirs/diary", reduced.home / "database")
    kinds = ("read", "write", "delete")
    said = reduced.stop_all(*((kind, str(path)) for path in paths for kind in kinds))
    assert set(said) == {"EACCES"}
    reduced.stop_all(("find_in_proc", SECRET), ("find_in_proc", "control"))
    assert reduced.attack("write", "mine")["value"] == "mine"


def test_without_namespaces_nobody_else_can_be_reached(reduced: Machine) -> None:
    outside = reduced.stop_all(("reach", "127.0.0.1", 80), ("ask_name_server", "1.1.1.1"))
    assert set(outside) == {"EAFNOSUPPORT"}
    said = reduced.stop_all(
        ("connect", f"@lookin-{reduced.home.name}"),
        ("send_signal", reduced.victim.pid),
        ("attach", reduced.victim.pid),
        ("make_namespace", 0x10000000),
    )
    assert set(said) == {"EPERM"}


def test_with_the_fence_off_the_same_attacks_come_through(machine: Machine) -> None:
    off = replace(machine.plan, tier="none", uid=None)
    home, port = machine.home, machine.loopback.getsockname()[1]
    attacks: list[tuple[Any, ...]] = [
        ("read", str(home / "database")), ("look_into", str(home / "workspaces")),
        ("connect", str(home / "control")), ("connect", f"@lookin-{home.name}"),
        ("reach", "127.0.0.1", port), ("send_signal", machine.victim.pid, 0),
        ("see_processes",), ("find_in_proc", SECRET), ("clone_namespace", 0x10000000),
        ("make_set_uid_file",), ("open_set_uid_file",), ("open_socket", 16, 3, 12), ("add_key",),
        ("outlive",),
    ]  # fmt: skip
    for name, *arguments in attacks:
        said = machine.attack(name, *arguments, plan=off)
        assert "value" in said, f"{name} is stopped even without a fence: {said}"
