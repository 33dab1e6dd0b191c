"""The command `python3 -m lookin.site.prepare [run|test]`: makes all that is missing, in order.

`run` is what serving needs; `test` adds what `make test` and `make check` need.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from lookin.core.lib.errors import LookinError
from lookin.site.prepare.environments import Environment, install_node
from lookin.site.prepare.frontend import Frontend, has_node, path_with_node
from lookin.site.prepare.models import FaceModels
from lookin.site.prepare.programs import Programs, explain_disk
from lookin.site.prepare.stages import Stage, hold_lock, run_stages
from lookin.site.prepare.stamps import digest_of, is_stamped, write_stamp
from lookin.site.prepare.translations import compile_translations, translations_are_due

ROOT = Path(__file__).resolve().parents[3]
GOALS = ("run", "test")


class Preparation:
    """The stages of this checkout, all sharing one `Programs`."""

    def __init__(self, root: Path, goal: str, lock: int) -> None:
        self.root = root
        self.goal = goal
        self.lists = root / "requirements"
        self.node = root / ".node"
        self.server = Environment(root / ".venv")
        self.kernels = Environment(root / ".venv-kernels")
        self.frontend = Frontend(root / "web")
        self.models = FaceModels(root, self.server)
        self.logs = root / "build" / "prepare"
        self.lock = lock

    def stages(self) -> list[Stage]:
        """Everything this goal needs, in the order in which it is made."""
        stages = [
            Stage("Python packages of the server", self._server_due, self._make_server),
            Stage("Python packages of the notebooks", self._kernels_due, self._make_kernels),
        ]
        if self.goal == "test":
            stages.append(Stage("Python packages of the tests", self._dev_due, self._make_dev))
        return [
            *stages,
            Stage("Node, to build the front end", self._node_due, self._make_node),
            Stage("Packages of the front end", self._packages_due, self._make_packages),
            Stage("Front end", self._build_due, self._build),
            Stage("Translations", self._translations_due, self._make_translations),
            Stage("Face models", self.models.are_due, self._make_models, optional=True),
        ]

    def _programs(self) -> Programs:
        return Programs(self.root, self.logs, self.lock, {"PATH": path_with_node(self.node)})

    def _server_parts(self) -> tuple[Path, ...]:
        return (self.lists / "server.txt", self.root / "pyproject.toml")

    def _server_due(self) -> bool:
        command = self.root / ".venv" / "bin" / "lookin"
        return not (command.exists() and self.server.is_made_from("server", *self._server_parts()))

    def _make_server(self) -> None:
        what = "The Python packages of the server"
        self.server.install(self._programs(), "server", what, self.lists / "server.txt")
        self.server.install_lookin(self._programs())
        self.server.finish("server", *self._server_parts())

    def _kernels_due(self) -> bool:
        return not self.kernels.is_made_from("kernels", self.lists / "kernels.txt")

    def _make_kernels(self) -> None:
        listed = self.lists / "kernels.txt"
        what = "The Python packages of the notebooks"
        self.kernels.install(self._programs(), "kernels", what, listed)
        self.kernels.finish("kernels", listed)

    def _dev_due(self) -> bool:
        return not self.server.is_made_from("dev", self.lists / "dev.txt")

    def _make_dev(self) -> None:
        listed = self.lists / "dev.txt"
        self.server.install(self._programs(), "dev", "The Python packages of the tests", listed)
        self.server.finish("dev", listed)

    def _node_due(self) -> bool:
        wanted = self.goal == "test" or self._packages_due() or self._build_due()
        wanted = wanted or self.models.are_due()
        return wanted and not self._has_own_node() and not has_node()

    def _has_own_node(self) -> bool:
        return is_stamped(self.node / ".prepared", digest_of(self.lists / "node.txt"))

    def _make_node(self) -> None:
        install_node(self._programs(), self.server, self.node, self.lists / "node.txt")
        write_stamp(self.node / ".prepared", digest_of(self.lists / "node.txt"))

    def _packages_due(self) -> bool:
        wanted = self.goal == "test" or self._build_due()
        return wanted and not self.frontend.has_packages()

    def _make_packages(self) -> None:
        self.frontend.install_packages(self._programs())

    def _build_due(self) -> bool:
        return not self.frontend.is_built()

    def _build(self) -> None:
        self.frontend.build(self._programs())

    def _translations_due(self) -> bool:
        return translations_are_due(self.root / "locale")

    def _make_translations(self) -> None:
        compile_translations(self._programs(), self.server)

    def _make_models(self) -> None:
        self.models.make(self._programs(), self.lists / "models.txt")


def prepare(root: Path, goal: str) -> None:
    """Make what is missing for `goal` in the checkout `root`. Quiet when nothing is.

    Raises PrepareError with the sentence to show.
    """
    try:
        if not any(stage.due() for stage in Preparation(root, goal, lock=-1).stages()):
            return
        with hold_lock(root / "build" / "prepare" / "lock") as lock:
            run_stages(Preparation(root, goal, lock).stages())
    except OSError as error:
        raise explain_disk(error, root) from error


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Run the command line; gives the exit status."""
    goal = arguments[0] if arguments else "run"
    if goal not in GOALS or len(arguments) > 1:
        sys.stderr.write("Say what to prepare for: run or test.\n")
        return 2
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _stop)
    try:
        prepare(ROOT, goal)
    except LookinError as error:
        sys.stderr.write(f"{error.sentence()}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing is broken: the same command goes on from here.\n")
        return 130
    return 0


if __name__ == "__main__":
    os.umask(os.umask(0o022) | 0o022)
    sys.exit(main(sys.argv[1:]))
