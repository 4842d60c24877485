"""An archive that is one Jekyll page: a page of our own with every quirk, and the real one where it is at hand."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readinggroup.domain.lifecycle import PitchKind
from readinggroup.exchange.jekyll_page import NotUnderstood, read_page
from readinggroup.exchange.page_dates import own_date
from readinggroup.exchange.page_links import kind_of
from readinggroup.exchange.page_parts import Block, Piece
from readinggroup.exchange.page_talks import talks_of
from readinggroup.text.markdown import render
from tests.text.test_markdown_attacks import assert_harmless

OUR_PAGE = Path(__file__).with_name("theory_page.md")
REAL_PAGE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ml-theory-page.md"
FRONT = "---\ntitle: Demo\n---\n"
MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]*)\]\(([^()\s]+)\)")


@pytest.fixture
def ours():
    return read_page(OUR_PAGE.read_text(encoding="utf-8"))


@pytest.fixture
def source():
    if not REAL_PAGE.exists():
        pytest.skip("The real page isn't at ../shared/data/ml-theory-page.md, so only our own page was read.")
    return REAL_PAGE.read_text(encoding="utf-8")


@pytest.fixture
def real(source):
    return read_page(source)


def session(archive, number):
    return next(session for session in archive.sessions if session.number == number)


def triples(materials):
    return [(str(material.kind), material.title, material.url) for material in materials]


def talks(found):
    return [(talk.title, talk.speakers) for talk in found.talks]


def words_of_source(source):
    """Every word that a reader sees on the page, link texts and alternatives of images included."""
    body = source.split("---\n", 2)[2]
    tree = html5lib.parse(body, treebuilder="etree", namespaceHTMLElements=False)
    seen = []
    for element in tree.iter():
        if element.tag not in {"style", "script"} and isinstance(element.tag, str):
            seen.append(element.text or "")
        if element.tag == "img":
            seen.append(element.get("alt", ""))
        seen.append(element.tail or "")
    return Counter(re.findall(r"[^\W_]+", MARKDOWN_LINK.sub(r"\1", " ".join(seen))))


def words_of_result(archive):
    texts = [archive.text, *(text for each in archive.sessions for text in (each.title, each.text))]
    shown = [html5lib.parseFragment(render(text), treebuilder="etree").itertext() for text in texts]
    return Counter(re.findall(r"[^\W_]+", " ".join(word for part in shown for word in part)))


# Our own page


def test_read_page_finds_title_and_sessions_from_the_first_on(ours):
    assert ours.title == "Demo Theory Circle"
    assert [(each.number, each.title) for each in ours.sessions] == [
        (1, "First Session"),
        (2, "Second Session"),
        (3, "Third Session"),
        (4, "Fourth Session"),
        (5, "Fifth Session"),
    ]
    lines = OUR_PAGE.read_text(encoding="utf-8").splitlines()
    assert all(each.title in lines[each.line - 1] for each in ours.sessions)


def test_read_page_keeps_the_groups_own_words_around_the_sessions(ours):
    assert ours.text == (
        "Once I looked after the *circle* at [Demo House](https://house.example/) & we met on Saturdays."
        " Use this [form](https://forms.example/join?a=1&b=2).\n\n"
        "![](https://images.example/banner.png)\n\n"
        "What we did so far (2 < 3):\n\n"
        "Slow reading, together."
    )
    assert triples(ours.materials) == [
        ("link", "Demo House", "https://house.example/"),
        ("link", "Form", "https://forms.example/join?a=1&b=2"),
        ("image", "Image", "https://images.example/banner.png"),
    ]


def test_read_page_writes_html_as_markdown_that_says_the_same(ours):
    assert session(ours, 5).text == (
        "Hello all! Two lovely guests Demo Ada Quill and Demo Mo Reed who talked about Kernel Tricks and Random"
        " Features respectively. It was fun.\n\n"
        "Things to look at:\n\n"
        "**Random Features** - Notes on Random Features -"
        " [https://arxiv.org/pdf/0000.00001.pdf](https://arxiv.org/pdf/0000.00001.pdf)\n\n"
        "**Kernel Tricks**\n\n"
        "- [A Trick with Kernels](https://arxiv.org/abs/0000.00002) - \\[https://arxiv.org/abs/0000.00002\\]\n"
        "- [Kernels, slowly](https://blog.example/2019-06-23-kernels/) -"
        " \\[https://blog.example/2019-06-23-kernels/\\]\n"
        "  - with *figures* and `code()`"
    )


def test_read_page_keeps_letters_that_are_marks_in_markdown(ours):
    assert session(ours, 3).text == (
        "Hello! I spoke on Gentle Gradients (GG) and Kim told stories."
        " On the other hand Kim also pitched a session on Noise.\\\n"
        "One line \\* two\\_words\\_ and \\[brackets\\], \\`ticks\\`, **bold**, a \\$5 note, $x_1^2$ and 100 %"
        " \\<script>alert(1)\\</script>\n\n"
        "**Research Proposal by [Lee](https://people.example/lee) for Better Optimisers**\n\n"
        "1\\. Not a list. Get it [here](https://house.example/more) or there or nowhere.\n\n"
        "![Image](https://images.example/net.png)"
    )


def test_read_page_gives_each_talk_what_stands_under_its_title(ours):
    kernels, features = session(ours, 5).talks

    assert (kernels.title, kernels.speakers) == ("Kernel Tricks", ("Demo Ada Quill",))
    assert triples(kernels.materials) == [
        ("paper", "A Trick with Kernels", "https://arxiv.org/abs/0000.00002"),
        ("link", "Kernels, slowly", "https://blog.example/2019-06-23-kernels/"),
    ]
    assert (features.title, features.speakers) == ("Random Features", ("Demo Mo Reed",))
    assert triples(features.materials) == [
        ("paper", "Notes on Random Features", "https://arxiv.org/pdf/0000.00001.pdf")
    ]


def test_read_page_gives_the_only_talk_its_slides_recording_and_paper(ours):
    fourth = session(ours, 4)

    assert talks(fourth) == [("Slow sums of fast terms", ("Demo Nia Stone",))]
    assert triples(fourth.talks[0].materials) == [
        ("paper", "Slow sums of fast terms", "https://arxiv.org/abs/0000.00003"),
        ("slides", "Slides", "https://boards.example/n/9K"),
        ("recording", "Recording", "https://www.youtube.com/watch?v=demo"),
    ]
    assert triples(fourth.materials) == [("link", "nia.blog.example", "https://nia.blog.example/")]


def test_read_page_says_what_it_does_not_know_instead_of_guessing(ours):
    third = session(ours, 3)

    assert talks(third) == [("Gentle Gradients", ()), ("Better Optimisers", ("Lee",))]
    assert third.talks[1].kind is PitchKind.PROPOSAL
    assert third.missing == (
        "Date not recorded: the page doesn't state it for this session.",
        "The speaker of “Gentle Gradients” is the page's author, whom it doesn't name.",
    )
    assert third.doubts == (
        "Not read as a talk of this session: “On the other hand Kim also pitched a session on Noise.”",
        "“Better Optimisers” is called a proposal; it may not have been given as a talk.",
        "The link on line 75 isn't a whole web address; its words stay as text.",
        "The link on line 75 isn't a whole web address; its words stay as text.",
    )


def test_read_page_tells_its_own_date_from_those_of_planned_sessions(ours):
    second = session(ours, 2)

    assert second.on == date(2022, 11, 5)
    assert talks(second) == [("Tiny Models by the Demo Lab", ("Demo Kim Vale",))]
    assert (
        "Dates of other sessions stand in the text and were not used: 2022-11-19, 2022-12-03."
        in second.doubts
    )
    assert [each.on for each in ours.sessions if each.number != 2] == [None] * 4


def test_read_page_loses_no_word(ours):
    source = OUR_PAGE.read_text(encoding="utf-8")

    assert not words_of_source(source) - words_of_result(ours)


def test_read_page_gives_text_that_is_harmless_when_shown(ours):
    for text in (ours.text, *(each.text for each in ours.sessions)):
        assert_harmless(render(text))


def test_read_page_hides_styles_scripts_and_comments(ours):
    everything = repr(ours)

    assert not re.search(r"wide-image|fold|hover|getElement|widget|timeline|Sixth", everything)


# Quirks one by one


def page(body):
    return FRONT + body


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("<button>Tenth Session</button>", 10),
        ("<button> twenty-first\nmeeting </button>", 21),
        ("<button>Fortieth Session</button>", 40),
        ("<summary>3rd session</summary>", 3),
        ("<h2>Session 12: Kernels</h2>", 12),
        ("<button>Session #7</button>", 7),
    ],
)
def test_read_page_reads_numbers_in_words_and_digits(title, number):
    archive = read_page(page(f"{title}<div>Text.</div>"))

    assert [(each.number, each.text) for each in archive.sessions] == [(number, "Text.")]


@pytest.mark.parametrize(
    "style",
    [
        "<style>\n.a { b: c }\n",
        "<style>.a { b: c }\n@media print { .d { e: f } }\n<style>\n.g { h: i }\n",
        "<STYLE type='text/css'>.a { b: c }<style></style>",
    ],
)
def test_read_page_is_not_swallowed_by_a_style_without_an_end(style):
    archive = read_page(page(f"{style}<button>First Session</button><div>Text.</div><style>.z {{ y: x }}"))

    assert [(each.text, each.line) for each in archive.sessions] == [("Text.", 4 + style.count("\n"))]
    assert archive.text == ""


def test_read_page_copes_with_tags_that_are_never_closed():
    archive = read_page(
        page("<button>First Session<div><b>Bold<p>not bold <a href=https://a.example>link<p>end")
    )

    assert archive.sessions[0].text == "**Bold**\n\nnot bold [link](https://a.example)\n\nend"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("", 1, "three hyphens"),
        ("title: Demo\n", 1, "three hyphens"),
        ("---\ntitle: Demo\n", 3, "second line of three hyphens"),
        ("---\ntitle: Demo\nwhat is this\n---\n", 3, "title: Our group"),
        (page("\nJust words.\n"), 4, "First Session"),
        (page("\n<button>Umpteenth Session</button>"), 5, "a number"),
        (page("<button>First Session</button>\n<button>Session 1</button>"), 5, "line 4"),
        (page("\n\n<script>alert(1)\n"), 6, "script"),
        (page("\n<!-- open"), 5, "comment"),
        ("x" * 500_001, 1, "characters"),
    ],
)
def test_read_page_says_on_which_line_it_stopped_and_what_it_expected(text, line, expected):
    with pytest.raises(NotUnderstood) as refused:
        read_page(text)

    assert refused.value.line == line
    assert expected in refused.value.expected
    assert str(refused.value) == f"Line {line}: {refused.value.expected}"


def test_read_page_warns_of_gaps_and_of_short_names():
    archive = read_page(
        page(
            "<button>First Session</button><div>Demo Ada Quill presented on Sums.</div>"
            "<button>Third Session</button><div>Ada spoke about Products.</div>"
        )
    )

    assert archive.warnings == (
        "The page has no session with the number 2.",
        "“Ada” may be “Demo Ada Quill”; both names are kept as the page writes them.",
    )


TAGS = st.sampled_from(
    [
        *(
            "<b>",
            "</b>",
            "<a>",
            "<a href='https://a.example'>",
            "</a>",
            "<ul>",
            "<li>",
            "</ul>",
            "<br>",
            "<div>",
            "</div>",
        ),
        *(
            "<p>",
            "<pre>",
            "</pre>",
            "<blockquote>",
            "</blockquote>",
            "<style>",
            "</style>",
            "<button>",
            "</button>",
        ),
        *(
            "<img src=x>",
            "<code>",
            "</code>",
            "<hr>",
            "<!DOCTYPE x>",
            "<![CDATA[",
            "<?x",
            "I spoke on X.",
            "word",
        ),
        *"<>&*_`$#\\'\"\x00\ud800",
        *("&lt;", "[", "](", ")", "~~", "1.", "-", "<h2>Session 2", "<ol>", "https://a.example"),
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(TAGS, max_size=30).map(" ".join))
def test_read_page_of_any_markup_is_read_or_refused_and_harmless(markup):
    try:
        archive = read_page(page(f"<button>First Session</button><div>{markup}</div>"))
    except NotUnderstood:
        return
    for each in archive.sessions:
        assert_harmless(render(each.text))


# Sentences, addresses and dates


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Demo Ada presented on the Shape of Loss.", [("Shape of Loss", ("Demo Ada",))]),
        ("Yesterday Ada spoke about GPT-3.5 at our last session.", [("GPT-3.5", ("Ada",))]),
        ("Ada and Mo gave a great talk on Sparse Nets!", [("Sparse Nets", ("Ada", "Mo"))]),
        (
            "Ada, Mo and Nia talked about A, B and C respectively.",
            [("A", ("Ada",)), ("B", ("Mo",)), ("C", ("Nia",))],
        ),
        ("Ludwig van der Berg lectured on Walks.", [("Walks", ("Ludwig van der Berg",))]),
        ("Thanks to Émile J. Łukasz for speaking about Sums.", [("Sums", ("Émile J. Łukasz",))]),
        ("We spoke on Sums and Ada spoke on Products.", [("Sums", ()), ("Products", ("Ada",))]),
        ("They presented on Sums.", []),
        ("I spoke on “”.", []),
        ("Ada will present on Sums.", []),
        ("Ada enjoyed the talk on Sums.", []),
        ("Ada pitched a talk on Sums.", []),
    ],
)
def test_talks_of_reads_who_spoke_on_what(sentence, expected):
    found = talks_of([Block(pieces=[Piece(sentence)])])

    assert [(talk.title, talk.speakers) for talk in found] == expected


@pytest.mark.parametrize(
    ("url", "words", "kind"),
    [
        ("https://youtu.be/x", "", "recording"),
        ("https://m.youtube.com/x", "the slides are", "recording"),
        ("https://notyoutube.com/x", "", "link"),
        ("https://arxiv.org/abs/1", "lecture notes", "paper"),
        ("https://a.example/b.PNG?c", "", "image"),
        ("https://docs.google.com/presentation/d/1", "", "slides"),
        ("https://docs.google.com/document/d/1", "notes of the talk", "notes"),
        ("https://github.com/a/b", "", "code"),
        ("https://a.github.io/b", "", "link"),
        ("https://a.example", "The slides are", "slides"),
        ("https://a.example", "a video of it", "recording"),
        ("https://a.example", "the paper is", "paper"),
        ("mailto:ada@example.org", "write", "link"),
    ],
)
def test_kind_of_judges_by_host_then_by_words(url, words, kind):
    assert kind_of(url, words) == kind


@pytest.mark.parametrize(
    ("title", "sentence", "day_first", "on"),
    [
        ("Session 1 (5 November 2022)", "", None, date(2022, 11, 5)),
        ("Session 1", "We met on November 5th, 2022.", None, date(2022, 11, 5)),
        ("Session 1", "It was held on 2022-11-05.", None, date(2022, 11, 5)),
        ("Session 1", "We met on 5/11/2022.", True, date(2022, 11, 5)),
        ("Session 1", "We met on 5/11/2022.", False, date(2022, 5, 11)),
        ("Session 1", "We met on 5/11/2022.", None, None),
        ("Session 1", "We will meet on 5 November 2022.", None, None),
        ("Session 1", "We met on 31 February 2022.", None, None),
        ("Session 1", "We saw https://a.example/2022-11-05/.", None, None),
    ],
)
def test_own_date_takes_only_what_is_said_of_the_session_itself(title, sentence, day_first, on):
    assert own_date(title, [sentence], day_first=day_first) == on


# The real page


def test_real_page_gives_ten_sessions(real):
    assert [each.number for each in real.sessions] == list(range(1, 11))
    assert all(each.text for each in real.sessions)
    assert all(each.on is None for each in real.sessions)


def test_real_page_loses_no_word(source, real):
    lost = words_of_source(source) - words_of_result(real)

    assert not lost


def test_real_page_names_speakers_only_where_it_says_so(real):
    assert {each.number: talks(each) for each in real.sessions if each.talks} == {
        3: [("Meta Learning", ("Sree Harsha Nelaturu",)), ("Neural Information Retrieval", ("Max Marion",))],
        4: [("CLIP by OpenAI", ("Ahmad Mustafa",))],
        5: [("Fourier Neural Operators", ()), ("Gradient Descent proofs", ("Harsha",))],
        6: [
            ("Adam Optimizer", ("Bhavnick",)),
            ("Understanding Adam and alternatives for Large Language Models", ()),
        ],
        7: [("Neural Operators", ())],
        8: [("Privacy of Noisy SGD", ("Ajinkya",))],
        9: [("Generating functions approach to gradient descent analysis", ("Yaroslav Bulatov",))],
        10: [("Lottery Ticket Hypothesis", ("Harsha",))],
    }


def test_real_page_third_session_has_its_eleven_resources(real):
    materials = list(session(real, 3).all_materials())

    assert Counter(str(material.kind) for material in materials) == {"paper": 8, "link": 3}
    assert all(material.url.startswith("https://") for material in materials)
    assert all(not material.title.startswith(("http", "here")) for material in materials)


def test_real_page_ninth_session_has_slides_recording_paper_and_blog(real):
    kinds = Counter(str(material.kind) for material in session(real, 9).all_materials())

    assert kinds == {"slides": 1, "recording": 1, "paper": 1, "link": 1}


def test_real_page_keeps_every_address_once_in_its_session(source, real):
    body = source.split("<!--")[0]
    addresses = set(re.findall(r"(?:href|src)\s*=\s*\"(https?://[^\"]+)\"|\]\((https?://[^)]+)\)", body))
    found = [material.url for each in real.sessions for material in each.all_materials()]

    assert {first or second for first, second in addresses} == {
        *found,
        *(each.url for each in real.materials),
    }
    assert all(
        len({material.url for material in each.all_materials()}) == len(list(each.all_materials()))
        for each in real.sessions
    )


def test_real_page_is_harmless_and_shows_no_markup(real):
    for text in (real.text, *(each.text for each in real.sessions)):
        html = render(text)
        assert_harmless(html)
        assert not re.search(r"&lt;/?[a-z]|\*\*|\]\(|\{", html)
