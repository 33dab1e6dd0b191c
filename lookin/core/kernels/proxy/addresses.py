"""Which addresses are out there, and which are this machine's, its network's, or its cloud's.

Own lists, because `ipaddress.is_global` differs between versions of Python. Source: IANA's
special-purpose address registries for IPv4 and IPv6, and the clouds' documents.
"""

from __future__ import annotations

import ipaddress
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

_NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network; Linux connects 0.0.0.0 to itself
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT, and Alibaba's 100.100.100.200
            "127.0.0.0/8",
            "168.63.129.16/32",  # Azure's own services, though a public address
            "169.254.0.0/16",  # link-local, and 169.254.169.254 of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",  # also Oracle's 192.0.0.192
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")  # all that is handed out; fc00::/7, fe80::/10, ff00::/8 are not
_NOT_PUBLIC_6 = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20"))  # Teredo is in the first
)
_NAT64 = IPv6Network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


def is_public(text: str) -> bool:
    """Whether an IP literal is somebody's on the Internet, whatever form it is wrapped in."""
    try:
        address = _unwrapped(ipaddress.ip_address(text))
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside a mapped (RFC 4291), 6to4 (3056) or NAT64 (6052) one."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def is_own(text: str) -> bool:
    """Whether the address is this machine's: then Linux would also send from it. Sends nothing."""
    address = ipaddress.ip_address(text)
    return any(_sends_from(form) for form in {address, _unwrapped(address)})


def _sends_from(address: Address) -> bool:
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), 9))
            return bool(ipaddress.ip_address(probe.getsockname()[0]) == address)
    except OSError:
        return False  # no way there at all


def may_connect(text: str) -> bool:
    """Whether the proxy may connect to an IP literal for a kernel."""
    return is_public(text) and not is_own(text)
