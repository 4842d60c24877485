"""What a link leads to."""

import pytest

from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.pitches.addresses import kind_of_address


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://arxiv.org/abs/1703.03400", "paper"),
        ("https://export.arxiv.org/abs/1703.03400", "paper"),
        ("https://notarxiv.org/abs/1703.03400", "link"),
        ("https://www.youtube.com/watch?v=x", "recording"),
        ("https://youtu.be/x", "recording"),
        ("https://github.com/someone/thing", "code"),
        ("https://docs.google.com/presentation/d/1", "slides"),
        ("https://docs.google.com/document/d/1", "link"),
        ("https://example.org/talk.PPTX", "slides"),
        ("https://example.org/paper.pdf?download=1", "paper"),
        ("https://example.org/figure.svg", "image"),
        ("https://example.org/arxiv.org", "link"),
        ("https://example.org", "link"),
    ],
)
def test_kind_of_address_goes_by_host_then_by_file(url, kind):
    assert kind_of_address(url) is MaterialKind(kind)
