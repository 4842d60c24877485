"""Asking other servers: which addresses, which hosts, how much and for how long."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep

import pytest

from readinggroup.web import fetching
from readinggroup.web.fetching import Fetcher, NotFetched, is_public


class Talker(BaseHTTPRequestHandler):
    """Answers by its path, and remembers who was asked for."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012  (one list for all requests is what is wanted)

    def do_GET(self) -> None:
        self.asked.append((self.headers["Host"], self.path))
        where = {
            "/near": "/text",
            "/far": "http://elsewhere.example/",
            "/round": "/round",
            "/up": "//10.0.0.1/",
        }
        self.send_response(302 if self.path in where else 200)
        if self.path in where:
            self.send_header("Location", where[self.path])
        self.end_headers()
        with suppress(OSError):  # Whoever asked may have heard enough.
            self._say()

    def _say(self) -> None:
        if self.path == "/large":
            self.wfile.write(b"x" * (fetching.LARGEST + 1))
        elif self.path == "/slow":
            for _ in range(40):
                self.wfile.write(b".")
                self.wfile.flush()
                sleep(0.05)
        else:
            self.wfile.write(b"words")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[str]:
    """A server's host and port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Talker)
    Thread(target=server.serve_forever, daemon=True).start()
    Talker.asked.clear()
    yield f"localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def fetcher(host: str, **more: object) -> Fetcher:
    return Fetcher({host}, allowed=lambda _: True, resolve=lambda *_: ["127.0.0.1"], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
     "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe",
     "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:c0a8:101::", "localhost", ""],
)  # fmt: skip
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_a_known_host_is_asked_by_the_address_that_was_checked(host: str) -> None:
    resolved = []

    def resolve(name: str, _port: int) -> list[str]:
        resolved.append(name)
        return ["127.0.0.1"]

    answer = Fetcher({host}, allowed=lambda address: address == "127.0.0.1", resolve=resolve).get(
        f"http://{host}/near"
    )

    assert (answer.status, answer.body) == (200, b"words")
    assert Talker.asked == [(host, "/near"), (host, "/text")]
    assert resolved == ["localhost"] * 2


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/far", "another host"),
        ("/up", "another host"),
        ("/round", "on and on"),
        ("/large", "larger than"),
        ("/slow", "takes too long"),
    ],
)
def test_what_leads_elsewhere_or_costs_too_much_is_not_fetched(host: str, path: str, why: str) -> None:
    begin = monotonic()

    with pytest.raises(NotFetched, match=why):
        fetcher(host, seconds=0.3).get(f"http://{host}{path}")

    assert monotonic() - begin < 1.5


def test_nobody_else_is_asked(host: str) -> None:
    port = host.partition(":")[2]
    real = Fetcher({host})
    for url in (
        f"http://{host}/",
        f"http://127.0.0.1:{port}/",
        f"http://u@{host}/",
        "file:///etc/passwd",
        "http://[::1",
    ):
        with pytest.raises(NotFetched):
            real.get(url)
    for addresses in ([], ["1.1.1.1", "10.0.0.1"]):
        with pytest.raises(NotFetched, match="no public address"):
            Fetcher({host}, resolve=lambda *_, found=addresses: found).get(f"http://{host}/")

    def nowhere(*_: object) -> list[str]:
        raise socket.gaierror("no such name")

    with pytest.raises(NotFetched, match="no such name"):
        Fetcher({host}, resolve=nowhere).get(f"http://{host}/")
    assert Talker.asked == []
