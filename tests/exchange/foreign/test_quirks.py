"""Quirks of real archives, each made up anew in a few lines: right, or marked as doubtful; never silently wrong."""

from pathlib import Path

import pytest

from readinggroup.exchange.foreign.encodings import GUESSED, decoded
from readinggroup.exchange.foreign.formats import Format, open_path, open_text
from readinggroup.exchange.foreign.survey import survey
from readinggroup.exchange.histories import NotUnderstood, open_history
from readinggroup.exchange.recognised import RecognisedSession
from tests.exchange.foreign.test_archives import Told, read, told


def said(text: str, form: Format = Format.MARKDOWN) -> list[Told]:
    return [told(session) for session in read(open_text("2023-fall", text, form))[0]]


GERMAN = "Datum;Titel;Vortragende\r\n13.10.23;Über Schätzer;Jürgen Demo\r\n27.10.2023;Größen;Çelik Demo\r\n"


@pytest.mark.parametrize(
    ("encoding", "said_of_it"), [("utf-8", ()), ("utf-8-sig", ()), ("utf-16", ()), ("cp1252", (GUESSED,))]
)
def test_what_spreadsheets_save_is_read_and_a_guess_is_said(
    tmp_path: Path, encoding: str, said_of_it: tuple[str, ...]
) -> None:
    file = tmp_path / "termine.csv"
    file.write_bytes(GERMAN.encode(encoding))

    history = open_history(file)

    assert history.warnings == said_of_it
    assert decoded(file.read_bytes()) == (GERMAN, said_of_it)
    found = [session for session in history.sessions() if isinstance(session, RecognisedSession)]
    assert [(str(session.on), session.talks[0].title, session.talks[0].speakers) for session in found] == [
        ("2023-10-13", "Über Schätzer", ("Jürgen Demo",)),
        ("2023-10-27", "Größen", ("Çelik Demo",)),
    ]


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\x00\x00", b"%PDF-1.7\n\xe2\xe3\x00", b"\xff\xfe\x00"]
)
def test_what_is_no_text_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(content)

    with pytest.raises(NotUnderstood, match="save it as “CSV UTF-8”"):
        open_history(file)


def test_paragraphs_that_begin_with_a_date_are_sessions() -> None:
    text = """
# Demo group

We met for the first time on 3 May 2019, in the cellar. 4 May 2019 was a holiday, and so on.

*7 November 2019* - [Faster demos with codes](https://example.org/codes), Ada Demo, Ph.D. student

*14 November 2019* (note the weekday), Support Vector Machines, Mo Demo, Ph.D., room 4; [slides](https://github.com/x/s.pdf)

*21 November 2019*, not held.

*28 November 2019*, university holiday

2019-12-05: Nia Demo - The bytes of demos ([handout](https://example.org/handout))
2019-12-12:
  Rex Demo - A model of execution
  ([slides](https://example.org/rex))
"""
    sessions, left = read(open_text("README.md", text))

    assert [told(session) for session in sessions] == [
        ("2019-11-07", "", "-", [("Faster demos with codes", ("Ada Demo",), "https://example.org/codes")], []),
        (
            "2019-11-14", "", "-",
            [("Support Vector Machines", ("Mo Demo",), "https://github.com/x/s.pdf")],
            ["It is said to be “note the weekday”."],
        ),
        ("2019-11-21", "", "not held", [], []),
        ("2019-11-28", "", "university holiday", [], []),
        ("2019-12-05", "", "-", [("The bytes of demos", ("Nia Demo",), "https://example.org/handout")], []),
        ("2019-12-12", "", "-", [("A model of execution", ("Rex Demo",), "https://example.org/rex")], []),
    ]  # fmt: skip
    assert sessions[1].talks[0].materials[0].kind == "slides"
    assert len(left) == 2


def test_two_talks_below_one_dated_heading_keep_their_own_speakers() -> None:
    text = """
## 22/08/2021 (Tentative)

<details>
  <summary>Demo lenses</summary>

  + Teacher: Ada Demo
  + Resources: https://example.org/lenses
</details>

<details>
  <summary>Morals of demos</summary>

  + Teacher: Mo Demo
</details>

## 8th July 2021

- Title: From bit to screen
- Speaker: Nia Demo
- Title: Hares, and how to count them
- Speaker: Rex Demo
"""
    assert said(text) == [
        (
            "2021-08-22", "", "-",
            [
                ("Demo lenses", ("Ada Demo",), "https://example.org/lenses"),
                ("Morals of demos", ("Mo Demo",), ""),
            ],
            ["It is said to be “Tentative”."],
        ),
        (
            "2021-07-08", "", "-",
            [("From bit to screen", ("Nia Demo",), ""), ("Hares, and how to count them", ("Rex Demo",), "")], [],
        ),
    ]  # fmt: skip


def test_a_comma_alone_between_speaker_and_title_leaves_a_doubt() -> None:
    assert said("- 2023-10-13: Ada Demo, Rates for everybody\n- 2023-10-20: Deep Learning, an overview") == [
        (
            "2023-10-13", "", "-", [("Rates for everybody", ("Ada Demo",), "")],
            ["“Ada Demo” is taken for the speaker: only a comma stands between."],
        ),
        (
            "2023-10-20", "", "-", [("Deep Learning, an overview", (), "")],
            ["No speaker is named for “Deep Learning, an overview”."],
        ),
    ]  # fmt: skip


def test_numbered_items_with_the_date_in_brackets() -> None:
    text = "* SEMINAR 1 (04.02): Ada Demo - Regression, and a trick\n* SEMINAR 2 (31.02): Mo Demo - Never"
    sessions, _ = read(open_text("demo2020.md", text))

    assert [(session.number, *told(session)[:1]) for session in sessions] == [(1, "2020-02-04"), (2, "")]
    assert sessions[0].talks[0].speakers == ("Ada Demo",)
    assert sessions[1].doubts == ("“31.02.” isn’t a day of the calendar.",)


@pytest.mark.parametrize(
    ("date", "on", "start"),
    [
        ("March 10th, 4-5pm@zoom", "2024-03-10", "16:00"),
        ("October 13, 14-15 Uhr", "2023-10-13", "14:00"),
        ("Oct 13 4-5pm", "2023-10-13", "16:00"),
        ("Oct 13-14", "2023-10-13", ""),
    ],
)
def test_a_time_behind_a_comma_is_no_second_day(date: str, on: str, start: str) -> None:
    text = f"| Date | Speaker | Title |\n|---|---|---|\n| {date} | Ada Demo | Rates |\n"
    found = said(text)[0]

    assert found[:2] == (on, start)
    assert ("It lasted until 2023-10-14; the first day is kept." in found[4]) == (date == "Oct 13-14")


TOPIC = """
- date: 18/12/2017
  presenter: Ada Demo
  topic: Two time scales
  reading: >
      [Author et al., 2017](https://arxiv.org/abs/1706.00001)
- date: 10/4/2017
  presenter: Mo Demo
  topic: >
      * First of these

      * Second of these.
  reading: "[Author, 2016](https://arxiv.org/abs/1706.00002), [Writer, 2017](https://arxiv.org/abs/1706.00003)"
- date: 20/3/2017
  presenter: "[Nia Demo](https://example.org/nia)"
"""


def test_the_topic_is_the_title_where_a_reading_stands_beside_it() -> None:
    foreign = open_text("events.yml", TOPIC)
    sessions, _ = read(foreign)

    assert [told(session)[3:] for session in sessions] == [
        ([("Two time scales", ("Ada Demo",), "https://arxiv.org/abs/1706.00001")], []),
        (
            [("First of these; Second of these", ("Mo Demo",), "https://arxiv.org/abs/1706.00002")],
            ["Several titles stand in it; they are kept as one."],
        ),
        ([("Talk by Nia Demo", ("Nia Demo",), "")], ["The title is not stated."]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "column"), [("topic", "topic"), ("tag", "reading"), ("description", "reading")]
)
def test_where_no_column_is_called_a_title_that_is_said(other: str, column: str) -> None:
    foreign = open_text("events.yml", TOPIC.replace("topic", other))

    assert f"No column is called a title; “{column}” is taken for it." in survey(foreign.entries()).warnings()


def test_a_short_description_is_the_title_and_a_long_one_the_abstract() -> None:
    text = "- date: 2021-03-11\n  leader: Ada Demo\n  description: {}\n  url: https://example.org/x\n"

    assert said(text.format("Independent demos"), Format.YAML)[0][3][0][0] == "Independent demos"
    found = said(text.format("Much to tell. " * 30), Format.YAML)[0]
    assert (found[3][0][0], found[4]) == ("Talk by Ada Demo", ["The title is not stated."])


def test_a_table_without_speakers_takes_no_room_for_a_title() -> None:
    text = """
| \\#  | Date        | Description | Location |
|:---:|:-------------|:------------|:---------|
| 0.  | October 10   | ⚠️ _First meeting is canceled for snow storm_ | -- |
| 1.  | October 17   | [Demo's defense][1] | ROOM 155 |
| 2.  | October 24   | _Fall pause_ | |
| 3.  | October 31   | Labor Day Holiday (no meeting) | |

[1]: https://example.org/defense
"""
    found = said(text)

    assert [(each[0], each[2]) for each in found] == [
        ("2023-10-10", "⚠️ First meeting is canceled for snow storm"),
        ("2023-10-17", "-"),
        ("2023-10-24", "Fall pause"),
        ("2023-10-31", "Labor Day Holiday (no meeting)"),
    ]
    assert found[1][3] == [("Demo's defense", (), "https://example.org/defense")]


def test_papers_as_maps_within_an_entry_are_titles_with_links() -> None:
    text = """[{"date": "2/22/19", "presenter": "Ada Demo", "papers": [
        {"paper": "First paper", "authors": "A. Author", "link": "https://example.org/1"},
        {"paper": "Second paper", "authors": "B. Writer", "link": "https://example.org/2"}]},
      {"date": "5/21/19", "presenter": "Mo Demo", "papers": [{"paper": "????", "authors": "??", "link": ""}]}]"""

    assert said(text, Format.JSON) == [
        (
            "2019-02-22", "", "-", [("First paper; Second paper", ("Ada Demo",), "https://example.org/1")],
            ["Several titles stand in it; they are kept as one."],
        ),
        ("2019-05-21", "", "-", [("Talk by Mo Demo", ("Mo Demo",), "")], ["The title is given as “????”."]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "title", ["Title TBD", "TBD", "(TBA)", "Topic to be determined. Something with hares."]
)
def test_a_title_that_is_not_known_is_none(title: str) -> None:
    text = f'- date: 2026-10-20\n  speaker: Ada Demo\n  title: "{title}"\n'

    assert said(text, Format.YAML) == [
        (
            "2026-10-20",
            "",
            "-",
            [("Talk by Ada Demo", ("Ada Demo",), "")],
            [f"The title is given as “{title}”."],
        )
    ]


HTML = """<html><body><h1>Demo group</h1><p>Since 2 May 2019 we meet.</p>
<h3>Oct 31, 2019</h3><p>Speaker: Ada Demo</p><p>Title: <a href="https://example.org/rates">Rates</a></p>
<h2>Fall 2020</h2>
<ul><li>Nov 5: Mo Demo: <a href="https://example.org/bounds">Bounds for everybody</a>
  <ul><li>Slides: <a href="https://example.org/mo.pdf">here</a></li></ul></li>
<li>Nov 12: cancelled</li><li>Bring coffee</li></ul>
<table><tr><th>Date</th><th>Presenter</th><th>Title</th></tr>
<tr><td>11/19/2020</td><td>Nia Demo</td><td><p class="title">Clients that don't trust</p>
<p class="authors">A. Author and B. Writer</p></td></tr></table></body></html>"""


def test_dated_headings_and_lists_of_html_are_sessions() -> None:
    sessions, left = read(open_text("page.html", HTML))

    assert [told(session) for session in sessions] == [
        ("2019-10-31", "", "-", [("Rates", ("Ada Demo",), "https://example.org/rates")], []),
        ("2020-11-05", "", "-", [("Bounds for everybody", ("Mo Demo",), "https://example.org/bounds")], []),
        ("2020-11-12", "", "cancelled", [], []),
        ("2020-11-19", "", "-", [("Clients that don't trust", ("Nia Demo",), "")], []),
    ]  # fmt: skip
    assert [each.url for each in sessions[1].talks[0].materials] == [
        "https://example.org/bounds", "https://example.org/mo.pdf",
    ]  # fmt: skip
    assert sessions[3].text == "A. Author and B. Writer"
    assert [each.text for each in left] == [
        "Demo group",
        "Since 2 May 2019 we meet.",
        "Fall 2020",
        "Bring coffee",
    ]


def test_posts_their_authors_their_times_and_their_tables(tmp_path: Path) -> None:
    posts = tmp_path / "_posts"
    posts.mkdir()
    (posts / "2025-06-01-schedule.md").write_text(
        "---\ntitle: Schedule\nauthor: ada\ndate: 2025-06-01 00:00-0400\n---\n## Summer 2025\n\n"
        "| Date | Presenter | Topic |\n| --- | --- | --- |\n| Jun 3 | Ada Demo | Garbled |\n"
        "| Jun 10 | Mo Demo | Secret |\n"
    )
    (posts / "2025-08-26-space.md").write_text(
        "---\ntitle: Square roots\nauthor: Nia\ndate: 2025-08-26 00:27:00 -0400\npin: false\n---\n"
        "Nia will tell.\n\n- Paper: [https://arxiv.org/pdf/2502.00001](https://arxiv.org/pdf/2502.00001)\n"
    )
    (posts / "2025-9-7-rex.md").write_text(
        "---\ncategory: seminar\nlogo: fa-chalkboard\ntime: 17:00 JST\n---\nReading of [A rule](https://example.org/rule)\n"
    )
    (tmp_path / "_data").mkdir()
    (tmp_path / "_data" / "authors.yml").write_text("Nia:\n  name: Nia Demo\n")

    sessions, left = read(open_path(tmp_path))

    assert [told(session) for session in sessions] == [
        ("2025-06-03", "", "-", [("Garbled", ("Ada Demo",), "")], []),
        ("2025-06-10", "", "-", [("Secret", ("Mo Demo",), "")], []),
        (
            "2025-08-26", "", "-", [("Square roots", ("Nia Demo",), "https://arxiv.org/pdf/2502.00001")],
            ["00:27 is taken for when it was written.", "The author of the page is taken for the speaker."],
        ),
        (
            "2025-09-07", "17:00", "-", [("A rule", (), "https://example.org/rule")],
            [
                "The time is said to be in “JST”; it is kept as the group’s own.",
                "The title is not stated.",
                "No speaker is named for “A rule”.",
            ],
        ),
    ]  # fmt: skip
    assert [each.text for each in left] == ["_posts/2025-06-01-schedule.md", "Summer 2025"]


def test_a_paragraph_that_announces_a_term_tells_the_year() -> None:
    text = (
        "Here is the schedule of our fall 2018 meetings:\n\n"
        "| Date | Topic | Presenter |\n|---|---|---|\n| Sep. 10 | Linked demos | Ada Demo |\n"
    )
    assert [told(each)[0] for each in read(open_text("page.md", text))[0]] == ["2018-09-10"]


def test_a_lone_apostrophe_is_a_cell_like_any_other() -> None:
    _, left = read(open_text("a.csv", ",,'\n", Format.CSV))

    assert [each.text for each in left] == ["'"]


def test_comments_of_a_spreadsheet_are_kept() -> None:
    sessions, _ = read(open_text("a.csv", "When,Who,Talk title,Comments\n13/01/2021,Ada Demo,Rates,room 4\n"))

    assert sessions[0].text == "Comments: room 4"
