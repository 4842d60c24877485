"""Answers as the four sources give them, cut to what is read, and a server that gives them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote

KDD, MAML, LOST = "10.1145/3292500.3330701", "1703.03400", "10.1234/lost"

CROSSREF = {
    "status": "ok",
    "message": {
        "title": ["Optuna: A <i>Next-generation</i> Hyperparameter\n Optimization Framework"],
        "author": [
            {"given": "Takuya", "family": "Akiba"},
            {"name": "Preferred Networks"},
            {"affiliation": []},
        ],
        "issued": {"date-parts": [[2019, 7, 25]]},
        "container-title": ["Proceedings of the 25th ACM SIGKDD International Conference"],
    },
}
DATACITE = {
    "data": {
        "attributes": {
            "titles": [{"title": "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks"}],
            "creators": [
                {"name": "Finn, Chelsea", "givenName": "Chelsea", "familyName": "Finn"},
                {"name": "Abbeel, Pieter", "givenName": "Pieter", "familyName": "Abbeel"},
                {"name": "Sergey Levine"},
            ],
            "publicationYear": 2017,
            "publisher": "arXiv",
            "container": {},
        }
    }
}
ARXIV = """<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><entry>
<id>http://arxiv.org/abs/1703.03400v3</id><published>2017-03-09T18:58:03Z</published>
<title>Model-Agnostic Meta-Learning for Fast\n  Adaptation of Deep Networks</title>
<author><name>Chelsea Finn</name></author></entry></feed>"""
ARXIV_LACKS = """<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title></feed>"""
OPENALEX = {
    "display_name": "A paper that only one knows",
    "publication_year": 2021,
    "authorships": [{"author": {"display_name": "Demo Kim"}}],
    "primary_location": {"source": {"display_name": "Journal of Demonstrations"}},
}


class Library:
    """A server that stands for all four sources: ``answers`` by path, ``asked`` in order; else 404."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []
        self.origin = ""

    def knows(self, path: str, answer: Any, status: int = 200) -> None:
        self.answers[path] = status, (answer if isinstance(answer, str) else json.dumps(answer)).encode()


@contextmanager
def served() -> Iterator[Library]:
    """A library that answers while the block runs."""
    library = Library()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(self.path)
            library.asked.append(path)
            status, body = library.answers.get(path, (404, b"Resource not found."))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    library.origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield library
    finally:
        server.shutdown()
        server.server_close()
