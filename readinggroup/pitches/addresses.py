"""What a link leads to, judged by its address alone."""

import re
from urllib.parse import urlsplit

from readinggroup.domain.lifecycle import MaterialKind

_HOSTS = {
    MaterialKind.PAPER: (
        "aclanthology.org",
        "arxiv.org",
        "biorxiv.org",
        "dl.acm.org",
        "doi.org",
        "ieeexplore.ieee.org",
        "jmlr.org",
        "link.springer.com",
        "openreview.net",
        "papers.nips.cc",
        "proceedings.mlr.press",
        "proceedings.neurips.cc",
        "semanticscholar.org",
    ),
    MaterialKind.RECORDING: ("bilibili.com", "loom.com", "twitch.tv", "vimeo.com", "youtu.be", "youtube.com"),
    MaterialKind.SLIDES: ("prezi.com", "slides.com", "slideshare.net", "speakerdeck.com"),
    MaterialKind.CODE: (
        "bitbucket.org",
        "codeberg.org",
        "colab.research.google.com",
        "github.com",
        "gitlab.com",
    ),
}
_FILES = {
    MaterialKind.PAPER: re.compile(r"\.pdf$", re.IGNORECASE),
    MaterialKind.SLIDES: re.compile(r"\.(key|odp|pptx?)$", re.IGNORECASE),
    MaterialKind.IMAGE: re.compile(r"\.(avif|gif|jpe?g|png|svg|webp)$", re.IGNORECASE),
}


def kind_of_address(url: str) -> MaterialKind:
    """What stands at the web address ``url``, by its host, then by its file; a plain link where neither tells."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host == "docs.google.com" and parts.path.startswith("/presentation"):
        return MaterialKind.SLIDES
    for kind, hosts in _HOSTS.items():
        if any(host == known or host.endswith(f".{known}") for known in hosts):
            return kind
    return next((kind for kind, ending in _FILES.items() if ending.search(parts.path)), MaterialKind.LINK)
