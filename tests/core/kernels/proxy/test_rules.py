"""Which hosts and addresses a kernel may reach, decided without a network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.kernels.proxy.addresses import is_own, is_public, may_connect
from lookin.core.kernels.proxy.refusals import Ledger
from lookin.core.kernels.proxy.rules import BadHostError, HostRules, normal_host, read_rule

LISTED = HostRules.read("listed", ("packages.example", "*.files.example", "git.example:8443"))


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Packages.EXAMPLE.", "packages.example"),
        ("한국.example", "xn--3e0b707e.example"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("[2606:4700:0000::1111]", "2606:4700::1111"),
        ("_dmarc.a-b.example", "_dmarc.a-b.example"),
    ],
)
def test_a_host_has_one_spelling(text: str, host: str) -> None:
    assert normal_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a..b",
        "-a.example",
        "a b",
        "a/b",
        "a@b",
        "a\r\nb",
        "a\x00b",
        "x" * 64,
        "a." * 130,
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "1.2.3.4.5",
        "[fe80::1%eth0]",
        "[::1",
        "*",
        "a.0x7f",
        "%31",
        "[1.2.3.4]x",
        "\ud800",
    ],
)
def test_what_resolvers_read_differently_is_no_host(text: str) -> None:
    with pytest.raises(BadHostError):
        normal_host(text)


@given(st.text(max_size=80))
def test_no_text_makes_the_reading_of_a_rule_fail_otherwise(text: str) -> None:
    try:
        rule = read_rule(text)
    except BadHostError:
        return
    assert rule.host == normal_host(f"[{rule.host}]" if ":" in rule.host else rule.host)


@pytest.mark.parametrize(
    ("host", "port", "why"),
    [
        ("packages.example", 443, None),
        ("packages.example", 80, None),
        ("packages.example", 22, "port"),
        ("a.packages.example", 443, "host"),
        ("a.files.example", 443, None),
        ("a.b.files.example", 443, None),
        ("files.example", 443, "host"),
        ("notfiles.example", 443, "host"),
        ("files.example.evil.example", 443, "host"),
        ("git.example", 8443, None),
        ("git.example", 443, "port"),
        ("93.184.215.14", 443, "host"),
    ],
)
def test_only_what_the_list_names_may_be_reached(host: str, port: int, why: str | None) -> None:
    assert LISTED.judge(host, port) == why


def test_in_public_every_host_may_be_reached_at_the_ports_of_the_web() -> None:
    rules = HostRules.read("public", ("db.example:5432",))
    assert rules.judge("any.example", 443) is None
    assert rules.judge("93.184.215.14", 80) is None
    assert rules.judge("mail.example", 25) == "port"
    assert rules.judge("db.example", 5432) is None


@pytest.mark.parametrize("rule", ["*", "*.*.example", "*.1.2.3.4", "a.example:0", "a:b:c", "::1"])
def test_a_rule_that_nobody_could_mean_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r"host|port|address|brackets|domain"):
        HostRules.read("listed", (rule,))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "239.1.1.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "2001:0:1::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "not an address",
        "",
    ],
)
def test_addresses_of_this_machine_its_network_and_its_cloud_are_not_public(address: str) -> None:
    assert not is_public(address)
    assert not may_connect(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.215.14",
        "172.32.0.1",
        "2606:4700:4700::1111",
        "64:ff9b::808:808",
        "::ffff:8.8.8.8",
        "2002:808:808::1",
    ],
)
def test_addresses_of_others_are_public(address: str) -> None:
    assert is_public(address)


def test_an_address_that_this_machine_answers_on_is_its_own() -> None:
    assert is_own("127.0.0.1")
    assert is_own("::ffff:127.0.0.1")
    assert not is_own("198.51.100.9")


def test_a_loop_of_refusals_does_not_fill_the_log() -> None:
    ledger = Ledger(every_seconds=60, most_per_kernel=3)
    assert [ledger.is_news("k", "a", now) for now in (0, 1, 59, 61)] == [True, False, False, True]
    assert sum(ledger.is_news("l", f"host{number}", 0) for number in range(50)) == 3
    ledger.forget("l")
    assert ledger.is_news("l", "host0", 0)
