"""The parts of the fence that can be looked at without building one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lookin.core.kernels.sandbox import cgroups, probe, reasons
from lookin.core.kernels.sandbox.plan import Limits, Plan


def test_a_plan_survives_json() -> None:
    plan = Plan("full", ("/opt/python",), "proxy", Limits(1, 2, 3, 4, 5), 2_000_000_001, "/run/k")
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    assert Plan.from_json("{}") == Plan()


@pytest.mark.parametrize(
    "wrong",
    [{"tier": "fulll"}, {"network": "open"}, {"tier": "reduced", "network": "proxy"}, {"uid": 0},
     {"readable": ["/"]}, {"readable": ["relative"]}, {"private": "/"}, {"private": "x"}],
)  # fmt: skip
def test_a_plan_that_would_fence_less_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Plan.from_json(wrong)


def _made_up_cgroup(root: Path) -> tuple[Path, Path]:
    """A folder shaped like a delegated group, and what /proc/self/cgroup says of it."""
    group = root / "lookin.service"
    group.mkdir()
    for name, text in {"cgroup.controllers": "cpuset cpu io memory pids", "cgroup.procs": "",
                       "cgroup.subtree_control": ""}.items():  # fmt: skip
        (group / name).write_text(text)
    own = root / "own"
    own.write_text("1:cpu:/elsewhere\n0::/lookin.service\n")
    return group, own


def test_a_delegated_group_is_found(tmp_path: Path) -> None:
    group, own = _made_up_cgroup(tmp_path)
    assert cgroups.delegated(tmp_path, own) == str(group)
    own.write_text("0::/lookin.service/lookin\n")  # where `take` has moved us
    assert cgroups.delegated(tmp_path, own) == str(group)


def test_a_group_without_our_controllers_or_rights_is_none(tmp_path: Path) -> None:
    group, own = _made_up_cgroup(tmp_path)
    (group / "cgroup.controllers").write_text("cpu memory")
    assert cgroups.delegated(tmp_path, own) is None
    own.write_text("0::/\n")
    assert cgroups.delegated(tmp_path, own) is None
    own.write_text("4:memory:/old\n")
    assert cgroups.delegated(tmp_path, own) is None


def test_a_kernels_group_gets_its_bounds(tmp_path: Path) -> None:
    group = cgroups.Group.create(str(tmp_path), "k1")
    files = ("memory.max", "memory.swap.max", "memory.oom.group", "pids.max", "cpu.max")
    for name in (*files, "cgroup.procs", "cgroup.kill"):
        (group.folder / name).touch()
    group.limits(memory_bytes=1 << 30, processes=64, cpu_percent=150)
    said = {name: (group.folder / name).read_text().strip() for name in files}
    assert list(said.values()) == ["1073741824", "0", "1", "64", "150000 100000"]
    group.limits()
    assert (group.folder / "memory.max").read_text() == "max\n"
    group.add(4711)
    assert (group.folder / "cgroup.procs").read_text() == "4711\n"


def test_a_kernels_group_tells_what_it_uses(tmp_path: Path) -> None:
    group = cgroups.Group.create(str(tmp_path), "k1")
    for name, text in {"memory.current": "8192", "pids.current": "3",
                       "cpu.stat": "usage_usec 2500000\nuser_usec 1\n",
                       "memory.events": "low 0\noom 2\noom_kill 1\n"}.items():  # fmt: skip
        (group.folder / name).write_text(text)
    assert group.usage() == cgroups.Usage(8192, 2.5, 3)
    assert group.oom_kills() == 1


def test_the_probe_answers_any_python_and_never_raises(tmp_path: Path) -> None:
    found = probe.probe(sys.executable, [str(tmp_path)])
    assert found.name in {"full", "reduced", "none"}
    assert found.reason.endswith((".", ")"))
    assert found.parts
    assert probe.probe("/no/such/python").name == "none"
    assert probe.probe(sys.executable, ["/no/such/folder"]).code == "not_tried"


def test_the_probe_can_be_run_by_its_path_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-I", probe.__file__]
    answer = subprocess.run(command, capture_output=True, check=True, cwd=tmp_path, env={})
    assert json.loads(answer.stdout)["name"] in {"full", "reduced", "none"}


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [("kernel/apparmor_restrict_unprivileged_userns", "1", "apparmor"),
     ("kernel/unprivileged_userns_clone", "0", "userns_off"),
     ("user/max_user_namespaces", "0", "userns_off")],
)  # fmt: skip
def test_a_refusal_is_explained_by_the_setting_behind_it(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str, code: str
) -> None:
    monkeypatch.setattr(reasons, "_setting", lambda name: value if name == setting else "")
    refusal = "The fence could not be built (namespaces): [Errno 1] unshare: not permitted"
    said, sentence = reasons.explain(refusal)
    assert said == code
    assert "sudo sysctl -w" in sentence


def test_other_failures_are_explained_too() -> None:
    assert (
        reasons.explain("… (file tree): mount_setattr: Function not implemented")[0] == "old_linux"
    )
    assert "[Errno 5]" in reasons.explain("… (file tree): [Errno 5] broken")[1]
