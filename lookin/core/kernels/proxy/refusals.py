"""What the proxy answers instead of a connection, in both languages, and how often it logs it.

A client like pip shows only the reason behind the status, so that says it too, in short.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

_ASK = "Ask the person who runs this place if you need it."
_ASK_KO = "필요하면 이곳을 운영하는 분에게 물어보세요."


@dataclass(frozen=True, slots=True)
class _Words:
    status: int
    reason: str
    english: str
    korean: str


_WORDS = {
    "host": _Words(
        403,
        "{host} is not on the list of hosts this place allows",
        "{host} is not on the list of hosts that notebooks of this place may reach. " + _ASK,
        "{host}은(는) 이곳의 노트북이 접속할 수 있는 목록에 없어요. " + _ASK_KO,
    ),
    "port": _Words(
        403,
        "Port {port} of {host} is not allowed here",
        "Notebooks of this place may reach {host}, but not at port {port}. " + _ASK,
        "이곳의 노트북은 {host}의 {port}번 포트에 접속할 수 없어요. " + _ASK_KO,
    ),
    "address": _Words(
        403,
        "{host} is not an address on the public Internet",
        "{host} is this machine or its own network, which no notebook may reach. No rule of this "
        "place can allow it.",
        "{host}은(는) 이 컴퓨터나 내부 네트워크의 주소라서 노트북에서 접속할 수 없어요. 이곳의 "
        "어떤 설정으로도 허용되지 않아요.",
    ),
    "not_found": _Words(
        502,
        "No host of the name {host} was found",
        "No host of the name {host} was found. Look at its spelling, or try again later.",
        "{host}(이)라는 호스트를 찾지 못했어요. 철자를 확인하거나 나중에 다시 시도해 주세요.",
    ),
    "unreachable": _Words(
        502,
        "{host} did not take the connection",
        "{host} did not take the connection. Try again later.",
        "{host}에 연결되지 않았어요. 나중에 다시 시도해 주세요.",
    ),
    "too_slow": _Words(
        504,
        "{host} did not answer in time",
        "{host} did not answer in time. Try again later.",
        "{host}에서 제때 응답하지 않았어요. 나중에 다시 시도해 주세요.",
    ),
    "bad_answer": _Words(
        502,
        "The answer of {host} could not be read",
        "{host} answered in a way that could not be read. Try https instead of http.",
        "{host}의 응답을 읽을 수 없었어요. http 대신 https를 써 보세요.",
    ),
    "too_many": _Words(
        503,
        "Too many connections of this notebook",
        "This notebook has too many connections open. Close some, then try again.",
        "이 노트북이 연 연결이 너무 많아요. 몇 개를 닫고 다시 시도해 주세요.",
    ),
    "head_too_large": _Words(
        431,
        "The request's headers are too large",
        "The headers of this request are too large. Send fewer or shorter ones.",
        "요청 헤더가 너무 커요. 더 적거나 짧게 보내 주세요.",
    ),
    "late_head": _Words(
        408,
        "The request took too long to come",
        "The request took too long to come. Try again.",
        "요청이 너무 늦게 도착했어요. 다시 시도해 주세요.",
    ),
    "bad_host": _Words(
        400,
        "The request names no usable host",
        "The request does not name a host that could be looked up. Look at its spelling.",
        "요청에 찾을 수 있는 호스트 이름이 없어요. 철자를 확인해 주세요.",
    ),
    "bad_request": _Words(
        400,
        "The request could not be read",
        "This is the way out of a notebook, and the request could not be read. Use an ordinary "
        "HTTP client.",
        "노트북에서 밖으로 나가는 통로인데 요청을 읽을 수 없었어요. 일반적인 HTTP 클라이언트를 "
        "써 주세요.",
    ),
    "not_for_a_proxy": _Words(
        400,
        "This is a proxy for http and https",
        "This is the way out of a notebook, for http and https only. Ask it as a proxy.",
        "노트북에서 http와 https로 나가는 통로예요. 프록시로 사용해 주세요.",
    ),
}


class RefusedError(Exception):
    """The proxy does not do this; `code` is a key of the sentences above."""

    def __init__(self, code: str, *, host: str = "", port: int = 0) -> None:
        super().__init__(code)
        self.code, self.host, self.port = code, host, port


def write_refusal(error: RefusedError) -> bytes:
    """The whole answer. Raises nothing: `host` is normal or empty, and so without line ends."""
    words = _WORDS[error.code]
    values = {"host": error.host or "the other side", "port": error.port}
    body = f"{words.english.format(**values)}\n{words.korean.format(**values)}\n".encode()
    head = (
        f"HTTP/1.1 {words.status} {words.reason.format(**values)}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


class Ledger:
    """Which refusals were written to the log lately, so that a loop does not fill it."""

    def __init__(self, every_seconds: float = 60.0, most_per_kernel: int = 20) -> None:
        self._every, self._most = every_seconds, most_per_kernel
        self._last: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._counts: dict[str, tuple[float, int]] = {}

    def is_news(self, kernel: str, what: str, now: float) -> bool:
        """Whether to log `what` of `kernel` at `now` (seconds): once a while, and not too many."""
        if now - self._last.get((kernel, what), -self._every) < self._every:
            return False
        began, count = self._counts.get(kernel, (now, 0))
        if now - began >= self._every:
            began, count = now, 0
        if count >= self._most:
            return False
        self._counts[kernel] = (began, count + 1)
        self._last[(kernel, what)] = now
        self._last.move_to_end((kernel, what))
        while len(self._last) > 1_000:
            self._last.popitem(last=False)
        return True

    def forget(self, kernel: str) -> None:
        """The kernel is gone."""
        self._counts.pop(kernel, None)
        for key in [key for key in self._last if key[0] == kernel]:
            del self._last[key]
