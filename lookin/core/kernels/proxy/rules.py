"""Which hosts and ports a kernel may reach, by name. Addresses are for `addresses.py`.

A rule is `host`, `*.domain` (everything below the domain, not the domain), or either with `:port`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

PORTS = frozenset({80, 443})  # any other port must stand in a rule
MOST_RULES = 1_000
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


class BadHostError(ValueError):
    """Not a host name, an address, or a rule; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`host` as `normal_host` writes it; `below` also or only takes names under it."""

    host: str
    below: bool
    port: int | None

    def takes(self, host: str, port: int) -> bool:
        """Whether `host` (normal) and `port` are meant."""
        named = host.endswith("." + self.host) if self.below else host == self.host
        return named and (port == self.port if self.port is not None else port in PORTS)


def normal_host(text: str) -> str:
    """One spelling for each host: lower case, no final dot, IDNA, addresses in short form.

    Raises BadHostError. Source: RFC 1034, RFC 3490 (Python's `idna` codec), RFC 5952.
    """
    if text.startswith("[") and text.endswith("]"):
        return _address(text[1:-1])
    try:
        name = text.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise BadHostError(f"“{text[:80]}” is not the name of a host") from error
    name = name.removesuffix(".")
    if re.fullmatch(r"[0-9.]+", name):
        return _address(name)
    labels = name.split(".")
    if len(name) > 253 or not all(map(_LABEL.fullmatch, labels)) or _is_number(labels[-1]):
        raise BadHostError(f"“{text[:80]}” is not the name of a host")
    return name


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text if "%" not in text else ""))
    except ValueError as error:
        raise BadHostError(f"“{text[:80]}” is not an address") from error


def _is_number(label: str) -> bool:
    """Whether a resolver would take a name that ends so for an IPv4 address (0x7f.1)."""
    return bool(re.fullmatch(r"[0-9]+|0x[0-9a-f]*", label))


def is_address(host: str) -> bool:
    """Whether a normal host is an IP literal."""
    return ":" in host or host.replace(".", "").isdigit()


def read_rule(text: str) -> Rule:
    """A rule as the operator writes it. Raises BadHostError."""
    text = text.strip()
    if "/" in text:
        raise BadHostError("a host stands alone, without http:// and without a path")
    host, port = split_port(text)
    below = host.startswith("*.")
    name = normal_host(host[2:] if below else host)
    if below and is_address(name):
        raise BadHostError(f"“{text[:80]}” is neither an address nor a domain")
    return Rule(name, below, port)


def split_port(text: str) -> tuple[str, int | None]:
    """`host`, `host:port` or `[v6]:port` -> its parts. Raises BadHostError for a strange port."""
    host, colon, port = text.rpartition(":")
    if not colon or (text.startswith("[") and text.endswith("]")):
        return text, None
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65_536:
        raise BadHostError(f"“{port[:20]}” is not the number of a port")
    if ":" in host and not host.startswith("["):
        raise BadHostError("an IPv6 address must stand in brackets")
    return host, int(port)


@dataclass(frozen=True, slots=True)
class HostRules:
    """`mode` is `listed` (only what a rule names) or `public` (every host; rules add ports)."""

    mode: str
    rules: tuple[Rule, ...]

    @classmethod
    def read(cls, mode: str, hosts: tuple[str, ...]) -> HostRules:
        """From the operator's words. Raises BadHostError, which is a ValueError."""
        if mode not in ("listed", "public"):
            raise BadHostError(f"“{mode[:20]}” is neither listed nor public")
        if len(hosts) > MOST_RULES:
            raise BadHostError(f"more than {MOST_RULES} hosts")
        return cls(mode, tuple(map(read_rule, hosts)))

    def judge(self, host: str, port: int) -> str | None:
        """Why `host` (normal) may not be reached at `port`: `host` or `port`; None when it may.

        An address matches only a rule that names it, for names are what an operator thinks of.
        """
        if any(rule.takes(host, port) for rule in self.rules):
            return None
        if self.mode == "public":
            return None if port in PORTS else "port"
        named = any(rule.takes(host, rule.port or 443) for rule in self.rules)
        return "port" if named else "host"
