"""What Markdown becomes on a page: structure, math, code, links and excerpts."""

import os
import signal
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from readinggroup.text import formula
from readinggroup.text.markdown import LONGEST, is_safe_link, plain, render, render_inline, summary

REL = 'rel="nofollow ugc noopener"'


def test_render_returns_markup_that_templates_do_not_escape_again():
    assert isinstance(render("*a*"), Markup)
    assert isinstance(render_inline("*a*"), Markup)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A *b* **c** ~~d~~ `e`", "<p>A <em>b</em> <strong>c</strong> <s>d</s> <code>e</code></p>\n"),
        ("one  \ntwo", "<p>one<br>\ntwo</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>\n"),
        ("", ""),
    ],
)
def test_render_keeps_the_usual_marks(text, html):
    assert render(text) == html


def test_render_lowers_headings_below_those_of_the_page():
    assert render("# a\n## b\n### c\n#### d\n##### e\n###### f\n") == (
        "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h6>d</h6>\n<h6>e</h6>\n<h6>f</h6>\n"
    )


def test_render_aligns_table_cells_by_class():
    html = render("| a | b | c |\n|--:|:-:|---|\n| 1 | 2 | 3 |\n")

    assert '<th class="align-right">a</th>\n<th class="align-center">b</th>\n<th>c</th>' in html
    assert '<td class="align-right">1</td>\n<td class="align-center">2</td>\n<td>3</td>' in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[a](https://a.example/b?c=d)", f'<a href="https://a.example/b?c=d" {REL}>a</a>'),
        ('[a](http://a.example "t")', f'<a href="http://a.example" title="t" {REL}>a</a>'),
        ("<mo@example.org>", f'<a href="mailto:mo@example.org" {REL}>mo@example.org</a>'),
        ("https://a.example stays text", "https://a.example stays text"),
        ("[a](/local)", "[a](/local)"),
        ("[a](//a.example/b)", "[a](//a.example/b)"),
        ("[a](#part)", "[a](#part)"),
        ("[a](http://[::1)", "[a](http://[::1)"),
        ("[a](http://[::1]/b)", f'<a href="http://[::1]/b" {REL}>a</a>'),
        ("[a](ftp://a.example)", "[a](ftp://a.example)"),
    ],
)
def test_render_links_only_whole_addresses_of_three_schemes(text, html):
    assert render(text) == f"<p>{html}</p>\n"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "![a *b*](https://i.example/c.png)",
            f'<a href="https://i.example/c.png" class="image-link" {REL}>a b</a>',
        ),
        (
            "![](https://i.example/c.png)",
            f'<a href="https://i.example/c.png" class="image-link" {REL}>image</a>',
        ),
        (
            "[![a](https://i.example/c.png) b](https://d.example)",
            f'<a href="https://d.example" {REL}>a b</a>',
        ),
    ],
)
def test_render_shows_an_image_as_a_link_so_that_no_host_is_contacted(text, html):
    assert render(text) == f"<p>{html}</p>\n"


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("$x^2$", "<p><math><msup><mi>x</mi><mn>2</mn></msup></math></p>"),
        ("$f$ was shown in 2022", "<p><math><mi>f</mi></math> was shown in 2022</p>"),
        ("so $$f$$ holds", '<p>so <math display="block"><mi>f</mi></math> holds</p>'),
        ("$$\nf\n$$", '<p><math display="block"><mi>f</mi></math></p>'),
        (r"$a\,b$", '<p><math><mi>a</mi><mspace width="0.16666667em"></mspace><mi>b</mi></math></p>'),
    ],
)
def test_render_converts_math(text, start):
    assert render(text) == start + "\n"


@pytest.mark.parametrize("text", ["it costs $5 to $10", "5$ and 6$", "a \\$b\\$ c", "$ a $", "$"])
def test_render_leaves_dollars_that_are_money(text):
    assert render(text) == f"<p>{text.replace(chr(92), '')}</p>\n"


@pytest.mark.parametrize("latex", [r"\frac{a}{b", r"\nosuch x", "x_1_2_3^", "a" * 5000])
def test_render_shows_the_source_of_a_formula_that_is_not_understood(latex):
    assert render(f"${latex}$") == f'<p><code class="tex">{latex}</code></p>\n'


@pytest.mark.parametrize("latex", ["(" * 60, r"\sqrt{" * 600 + "x", r"\newcommand{\a}{\a\a}\a", "[a" * 50])
def test_render_survives_a_formula_that_ends_the_converter(latex):
    assert render(f"${latex}$") == f'<p><code class="tex">{latex}</code></p>\n'
    assert render("$y$") == "<p><math><mi>y</mi></math></p>\n"


def test_render_gives_the_formulas_of_one_text_two_seconds_together():
    costly = " ".join(f"${'(' * 60}{number}$" for number in range(200))

    begin = time.monotonic()
    html = render(costly)

    assert html.count('<code class="tex">') == 200
    assert time.monotonic() - begin < 20


def test_formula_starts_a_new_worker_when_the_old_one_was_killed():
    assert formula.to_mathml("k_1", display=False) is not None
    worker = formula._converter._worker
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()

    assert formula.to_mathml("k_2", display=False) == "<math><msub><mi>k</mi><mn>2</mn></msub></math>"


def test_render_colours_code_of_known_languages_by_class():
    html = render("```python\nreturn 1\n```")

    assert html == ('<pre><code><span class="k">return</span> <span class="mi">1</span>\n</code></pre>\n')


@pytest.mark.parametrize("language", ["", "nosuch", "html+jinja", '" onload="x'])
def test_render_leaves_code_of_other_languages_plain(language):
    assert render(f"```{language}\n<b>\n```") == "<pre><code>&lt;b&gt;\n</code></pre>\n"


def test_render_shows_html_in_the_source_as_text():
    assert render("<b>a</b>\n\n<div>c</div>") == (
        "<p>&lt;b&gt;a&lt;/b&gt;</p>\n<p>&lt;div&gt;c&lt;/div&gt;</p>\n"
    )


def test_render_drops_control_characters_and_mends_surrogates():
    assert render("a\x00b\x08c\ud83d\ude00d\ud800e\ufffe") == "<p>abc\U0001f600d\ufffde</p>\n"


def test_render_shows_a_very_long_text_as_plain_paragraphs():
    html = render("*a* <b>\n\n" * (LONGEST // 4))

    assert html.startswith("<p>*a* &lt;b&gt;</p>\n<p>*a* &lt;b&gt;</p>\n")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "> " * 5_000 + "a",
            "- " * 5_000 + "a",
            "[" * 20_000,
            "*" * 20_000,
            "![" * 10_000,
            "`" * 20_000 + "a",
        ),
        *(
            "*a **b " * 4_000,
            "$" * 20_000,
            "$$\na\n" * 5_000,
            "\\" * 20_001 + "$",
            "|a" * 500 + "\n" + "|-" * 500,
        ),
        *("word " * 200_000, "[" * 1_000_000, "\n" * 1_000_000),
    ],
)
def test_render_copes_with_deep_and_long_texts(text):
    begin = time.monotonic()
    render(text)
    render_inline(text)
    plain(text)

    assert time.monotonic() - begin < 10


def test_render_inline_has_no_blocks_and_no_links():
    html = render_inline("# *a* [b](https://b.example) $$c$$ ![d](https://d.example/e.png)  \n`f`")

    assert html == "# <em>a</em> b <math><mi>c</mi></math> d\n<code>f</code>"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("All of it", "All of it"),
        ("The first.\n\nThe second.", "The first."),
        ("We look at the solution\n\n$$x$$\n\nagain.", "We look at the solution …"),
        ("It is *this*:\n\n- one", "It is <em>this</em>: …"),
        ("", ""),
    ],
)
def test_summary_is_the_first_paragraph_and_says_where_a_sentence_goes_on(text, line):
    assert summary(text) == line


@pytest.mark.parametrize(
    ("text", "limit", "words"),
    [
        ("# A *b*\n\n- c `d`\n- [e](https://e.example)\n\n```\nf\n```", 99, "A b c d e f"),
        ("so $x^2$ and ![alt](https://i.example/a.png)", 99, "so x^2 and alt"),
        ("one two three four", 13, "one two…"),
        ("one two three four", 18, "one two three four"),
        ("abcdefghij", 5, "abcd…"),
        ("a <b> & c", 99, "a <b> & c"),
        ("", 10, ""),
    ],
)
def test_plain_gives_the_words_cut_between_two(text, limit, words):
    assert plain(text, limit) == words


@settings(deadline=None, max_examples=200)
@given(st.text(), st.integers(1, 60))
def test_plain_never_exceeds_its_limit(text, limit):
    assert len(plain(text, limit)) <= limit


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example", True),
        ("HTTP://a.example/b", True),
        ("mailto:mo@example.org", True),
        ("https:a.example", False),
        ("https://", False),
        ("javascript:alert(1)", False),
        ("http://[::1", False),
        ("//a.example", False),
        ("a.example", False),
        ("", False),
    ],
)
def test_is_safe_link_knows_whole_addresses(url, safe):
    assert is_safe_link(url) is safe
