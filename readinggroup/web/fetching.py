"""The one way in which this site asks another: known hosts, public addresses, little time, little text.

What asks is imported when something is asked for: that is the worker's business, and no page's.
"""

import socket
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    import httpx2

SECONDS = 5.0
LARGEST = 1024 * 1024
REDIRECTS = 2
REDIRECTS_OF_LINKS = 5
ASK_AGAIN = frozenset({403, 404, 405, 406, 429, 500, 501, 502, 503})
"""What some servers answer to a question for the headers alone."""
NAT64 = ip_network("64:ff9b::/96")


class NotFetched(Exception):
    """No answer, or none that may be asked for; the message says why."""


class NotAllowed(NotFetched):
    """It mayn't be asked for, which tells nothing of whether it is there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What another server said, whole."""

    status: int
    body: bytes


Resolve = Callable[[str, int], list[str]]


def is_public(address: str) -> bool:
    """Whether ``address`` (IPv4 or IPv6) is one of the public internet.

    An IPv6 address that carries an IPv4 one, mapped, 6to4, Teredo or by NAT64, is as public as that one.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if found in NAT64:
            inner.append(ip_address(found.packed[-4:]))
        carried = [str(each) for each in inner if each is not None]
        if carried:
            return all(is_public(each) for each in carried)
    return found.is_global and not found.is_multicast


class Fetcher:
    """Asks ``hosts`` (as in a web address: "api.crossref.org", "127.0.0.1:8080") and nobody else; None: whatever host.

    A name is resolved once, every address it has must be allowed, and the connection goes to the one that was checked;
    redirects are followed on the same host alone, and proxies of the environment aren't used.
    """

    def __init__(
        self,
        hosts: Collection[str] | None,
        *,
        allowed: Callable[[str], bool] = is_public,
        resolve: Resolve | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._hosts = None if hosts is None else frozenset(hosts)
        self._allowed, self._resolve = allowed, resolve or _addresses_of
        self._seconds = seconds

    def get(self, url: str) -> Answer:
        """What stands at ``url``, whatever its status.  Raises NotFetched."""
        import httpx2

        until = monotonic() + self._seconds
        with httpx2.Client(trust_env=False, timeout=self._seconds) as client:
            for _ in range(REDIRECTS + 1):
                answer, onward = self._ask(client, url, until)
                if onward is None:
                    return answer
                if urlsplit(onward)[:2] != urlsplit(url)[:2]:
                    raise NotFetched(f"It leads on to another host: {onward[:200]}")
                url = onward
        raise NotFetched("It leads on and on.")

    def look(self, url: str) -> int:
        """The status with which ``url`` answers in the end; of its text nothing is read.  Raises NotFetched.

        Redirects are followed to other hosts as well: each is resolved and checked anew before it is asked.
        """
        import httpx2

        until = monotonic() + self._seconds
        with httpx2.Client(trust_env=False, timeout=self._seconds) as client:
            for _ in range(REDIRECTS_OF_LINKS + 1):
                status, onward = self._knock(client, url, "HEAD")
                if status in ASK_AGAIN:
                    status, onward = self._knock(client, url, "GET")
                if onward is None:
                    return status
                if monotonic() > until:
                    raise NotFetched("It takes too long.")
                url = onward
        raise NotFetched("It leads on and on.")

    def _knock(self, client: "httpx2.Client", url: str, method: str) -> tuple[int, str | None]:
        """The status, and where it leads on to."""
        import httpx2

        try:
            with self._stream(client, url, method) as response:
                where = response.headers.get("location")
                return response.status_code, urljoin(url, where) if response.is_redirect and where else None
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError, ValueError) as problem:
            raise NotFetched(f"{type(problem).__name__}: {problem}"[:300]) from problem

    def _ask(self, client: "httpx2.Client", url: str, until: float) -> tuple[Answer, str | None]:
        """The answer, and where it leads on to."""
        import httpx2

        try:
            with self._stream(client, url) as response:
                body = _read(response, until)
                where = response.headers.get("location")
                onward = urljoin(url, where) if response.is_redirect and where else None
                return Answer(response.status_code, body), onward
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError, ValueError) as problem:
            raise NotFetched(f"{type(problem).__name__}: {problem}"[:300]) from problem

    def _stream(
        self, client: "httpx2.Client", url: str, method: str = "GET"
    ) -> "AbstractContextManager[httpx2.Response]":
        parts = urlsplit(url)
        host = parts.hostname or ""
        known = self._hosts is None or parts.netloc in self._hosts
        if not known or not host or "@" in parts.netloc or parts.scheme not in {"http", "https"}:
            raise NotAllowed(f"{parts.netloc[:200]} is none of the hosts that are asked.")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = self._resolve(host, port)
        if not addresses or not all(self._allowed(address) for address in addresses):
            raise NotAllowed(f"{host} has no public address, or one that isn't.")
        target = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
        return client.stream(
            method,
            parts._replace(netloc=f"{target}:{port}").geturl(),
            headers={"Host": parts.netloc, "User-Agent": "ReadingGroup/1", "Accept-Encoding": "identity"},
            extensions={"sni_hostname": host},
        )


def _read(response: "httpx2.Response", until: float) -> bytes:
    body = bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > LARGEST:
            raise NotFetched(f"It is larger than {LARGEST:,} bytes.")
        if monotonic() > until:
            raise NotFetched("It takes too long.")
    return bytes(body)


def _addresses_of(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
