"""Archives in eight unlike forms, with the quirks of real ones: every date, title, speaker and first link, in whole."""

import io
import zipfile
from datetime import date, time
from pathlib import Path

import pytest

from readinggroup.exchange.foreign.formats import Foreign, Format, open_path, open_text, open_zip
from readinggroup.exchange.foreign.rows import Leftover
from readinggroup.exchange.foreign.sessions import sessions_of
from readinggroup.exchange.foreign.survey import survey
from readinggroup.exchange.recognised import RecognisedSession, RecognisedTalk

HERE = Path(__file__).parent
Talk = tuple[str, tuple[str, ...], str]
"""Title, speakers, first link."""
Told = tuple[str, str, str, list[Talk], list[str]]
"""Date, start, what it says of being cancelled ("-" where it was held), talks, and every doubt."""


def read(foreign: Foreign) -> tuple[list[RecognisedSession], list[Leftover]]:
    seen = survey(foreign.entries())
    found = list(sessions_of(foreign.entries(), seen.manner(people=foreign.people)))
    return [f for f in found if isinstance(f, RecognisedSession)], [
        f for f in found if isinstance(f, Leftover)
    ]


def told(session: RecognisedSession) -> Told:
    talks = [(talk.title, talk.speakers, first_link(talk)) for talk in session.talks]
    start = session.starts_at.isoformat("minutes") if session.starts_at else ""
    doubts = [*session.doubts, *session.missing]
    return (str(session.on or ""), start, session.because or "?" if session.cancelled else "-", talks, doubts)


def first_link(talk: RecognisedTalk) -> str:
    return next((material.url for material in (*talk.readings, *talk.materials)), "")


def archive(name: str) -> list[Told]:
    return [told(session) for session in read(open_path(HERE / name))[0]]


def test_csv_of_a_german_group() -> None:
    assert archive("sheet.csv") == [
        (
            "2023-09-14", "16:00", "-",
            [("Bounds, and how to lose them", ("Ada Demo",), "https://example.org/bounds.pdf")], [],
        ),
        (
            "2023-09-21", "16:00", "-",
            [('Kernels "by hand"', ("Mo Demo", "Nia Demo"), "https://arxiv.org/abs/2301.00007")], [],
        ),
        ("2023-09-28", "", "No meeting", [], []),
        (
            "2023-10-05", "16:30", "-",
            [("Talk by Rex Demo", ("Rex Demo",), ""), ("Second of the day", ("Sam Demo",), "")],
            [
                "“4-5” doesn’t tell morning from afternoon.",
                "The title is given as “TBD”.",
                "No address stands with “slides only” (paper to read).",
            ],
        ),
        ("", "", "-", [("A date that isn't", ("Ada Demo",), "")], ["“31.11.23” isn’t a day of the calendar."]),
        (
            "2023-10-05", "", "-", [("No date at all", ("Mo Demo",), "")],
            ["No date is stated; 2023-10-05 is taken from the row above."],
        ),
    ]  # fmt: skip


def test_csv_of_an_american_group_with_two_talks_in_a_row() -> None:
    assert archive("american.csv") == [
        (
            "2022-03-04", "16:00", "-",
            [("First", ("Ada Demo",), "https://youtu.be/demo1"), ("Second", ("Mo Demo",), "")], [],
        ),
        ("2022-03-11", "12:00", "-", [("Graphs, again", ("Nia Demo",), "")], []),
        ("2022-03-25", "", "spring break", [], []),
        (
            "2022-04-01", "", "-", [("One name or two", ("Demo, Lovelace",), "")],
            ["“Demo, Lovelace” is kept as one name: it may be two, or a family name first."],
        ),
    ]  # fmt: skip


def test_a_date_that_nothing_decides_is_left_open() -> None:
    assert archive("ambiguous.csv") == [
        (
            "", "", "-", [("Open to two readings", ("Ada Demo",), "")],
            ["“03/04/2022” can be read two ways: 2022-03-04 or 2022-04-03."],
        ),
        ("2022-05-05", "", "-", [("The same either way", ("Mo Demo",), "")], []),
    ]  # fmt: skip


def test_yaml_of_lists_without_names() -> None:
    foreign = open_path(HERE / "2023-fall.yaml")
    sessions, left = read(foreign)

    assert [told(session) for session in sessions] == [
        (
            "2023-10-13", "16:00", "-",
            [("Lambdas: in spreadsheets", ("Yara Demo",), "https://example.org/lambdas/")], [],
        ),
        (
            "2023-11-17", "16:00", "-",
            [("Programs from types", ("Mia Demo", "Eli Demo"), "https://dl.acm.org/doi/pdf/10.1145/0000000.0000001")],
            [],
        ),
        (
            "2023-12-08", "16:00", "-", [("Classical proofs, evaluated", (), "")],
            ["“Informal” isn’t taken for somebody’s name."],
        ),
        (
            "2024-01-12", "16:00", "-", [("Into the new year", ("Ned Demo",), "https://example.org/january.pdf")],
            ["The year isn’t stated; 2024 follows from what stands above."],
        ),
    ]  # fmt: skip
    assert left == []
    assert [session.minutes for session in sessions] == [60, 60, 60, 60]
    assert sessions[0].talks[0].abstract.startswith("The value of abstraction")
    assert sessions[0].text == "When, as it was written: 3941 Demo Hall"
    assert "are told by what stands in them" in survey(foreign.entries()).warnings()[0]


def test_json_by_years_with_talks_within_a_session() -> None:
    assert archive("terms.json") == [
        ("2021-10-13", "16:00", "-", [("One map for each", ("Ada Demo",), "https://example.org/maps")], []),
        ("2021-10-27", "", "Cancelled", [], []),
        (
            "2021-11-10", "", "-", [("Two days", ("Mo Demo", "Nia Demo"), "")],
            [
                "It lasted until 2021-11-11; the first day is kept.",
                "No address stands with “/papers/two.pdf” (paper to read).",
            ],
        ),
        (
            "2022-01-12", "", "-",
            [("First of two", ("Rex Demo",), "https://example.org/first"), ("Second of two", ("Sam Demo",), "")], [],
        ),
    ]  # fmt: skip


def test_markdown_lists_and_dated_headings() -> None:
    sessions, left = read(open_path(HERE / "list.md"))

    assert [told(session) for session in sessions] == [
        ("2023-10-13", "16:00", "-", [("Learning to rank", ("Ada Demo",), "https://arxiv.org/abs/2301.00001")], []),
        ("2023-10-20", "", "no meeting (fall break)", [], []),
        (
            "2023-10-27", "", "-",
            [("A theory of everything small", ("Mo Demo",), "https://example.org/everything")], [],
        ),
        ("2023-11-03", "", "-", [], ["The title is given as “TBD”.", "No talk is named."]),
        ("2023-11-10", "16:00", "-", [("On bounds", ("Nia Demo",), "")], []),
        ("2023-11-17", "", "-", [("Two titles: a story", ("Rex Demo", "Sam Demo"), "")], []),
        ("2024-01-12", "", "-", [("Rates", ("Ada Demo",), "https://example.org/fast")], []),
        (
            "2024-01-26", "", "-", [("Paper", (), "https://example.org/k")],
            ["The title is not stated.", "No speaker is named for “Paper”."],
        ),
    ]  # fmt: skip
    assert sessions[-1].text == "Mo Demo on kernels. [paper](https://example.org/k)"
    assert [each.text for each in left] == [
        "Theory of Demos", "We meet on Fridays. Bring coffee.", "Fall 2023", "Coffee afterwards", "2024",
    ]  # fmt: skip


def test_markdown_table_with_links_struck_rows_and_parts_of_addresses() -> None:
    assert archive("table.md") == [
        ("2024-02-09", "", "-", [("Something, or a|b", ("Ada Demo",), "https://example.org/ab")], []),
        (
            "2024-02-16", "", "-",
            [("Never heard", ("Mo Demo",), ""), ("Another one that day", ("Nia Demo",), "")],
            [
                "Taken for one that didn’t take place: “Never heard”.",
                "No date is stated; 2024-02-16 is taken from the row above.",
                "“notes/2.html” isn’t a whole address and isn’t kept as a link.",
                "One row says that it didn’t take place, another names a talk.",
            ],
        ),
        (
            "2024-02-23", "", "-", [("Title of two lines", ("Ada Demo",), "")],
            ["No people file names “ada-demo”; “Ada Demo” is made from it."],
        ),
        ("2024-03-01", "11:00", "-", [("An anchor & more", ("Rex Demo",), "https://example.org/anchor")], []),
    ]  # fmt: skip


def test_parts_of_addresses_are_completed_by_the_address_of_the_page() -> None:
    foreign = open_path(HERE / "table.md")
    manner = survey(foreign.entries()).manner(base="https://group.example.org/2024/")

    found = [each for each in sessions_of(foreign.entries(), manner) if isinstance(each, RecognisedSession)]

    assert first_link(found[1].talks[1]) == "https://group.example.org/2024/notes/2.html"


def test_html_tables_with_headings_spans_and_texts_below() -> None:
    sessions, left = read(open_path(HERE / "page.html"))

    assert [told(session) for session in sessions] == [
        (
            "2022-02-03", "", "-",
            [
                ("A paper that is long <and> winding", ("Ada Demo",), "https://example.org/long"),
                ("Its answer", ("Mo Demo",), "https://example.org/answer"),
            ],
            [],
        ),
        (
            "2022-02-10", "", "-", [("Workshop", ("Nia Demo",), "")],
            ["It lasted until 2022-02-11; the first day is kept."],
        ),
        ("2022-02-17", "", "No Reading Group", [], []),
        ("", "", "-", [("Not settled", ("Rex Demo",), "")], ["“sometime in March” isn’t a date."]),
        ("2022-09-08", "15:30", "-", [("Again", ("Ada Demo",), "")], []),
        ("2022-09-22", "", "-", [], ["The title is given as “TBA”.", "No talk is named."]),
    ]  # fmt: skip
    assert sessions[0].talks[1].abstract.startswith("What it says stands below it")
    assert [each.text for each in left] == ["Demo group", "Thursdays at four.", "Spring 2022", "Fall 2022"]


JEKYLL: list[Told] = [
    (
        "2021-03-04", "13:30", "-",
        [("Slugs --- and who they are", ("Ada Demo", "Mo de Demo"), "https://example.org/slugs.pdf")], [],
    ),
    (
        "2021-03-11", "", "-", [("Nobody knows", ("Lost One",), "")],
        ["No people file names “lost_one”; “Lost One” is made from it."],
    ),
    ("2021-04-01", "", "-", [("Foxes: reasoning about them", ("Nia Demo",), "https://example.org/foxes.pdf")], []),
    (
        "2021-04-09", "", "-", [("Hares: a title that YAML refuses", ("Ada Demo",), "")],
        [
            "Its front matter isn’t YAML and was read line by line (Line 2: This isn’t YAML: mapping values are not "
            "allowed here.).",
            "Its name says 2021-04-08, the date in it 04/09/2021.",
        ],
    ),
    ("2021-04-16", "", "-", [("Fail-slow --- at scale", ("Rex Demo",), "https://example.org/slow.pdf")], []),
    ("2021-04-23", "", "Easter break", [], []),
    ("2021-04-30", "", "-", [], ["No talk is named."]),
]  # fmt: skip


def test_jekyll_folder_with_people_posts_and_a_collection() -> None:
    assert archive("jekyll") == JEKYLL


def test_jekyll_zip_tells_the_same() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for file in sorted((HERE / "jekyll").rglob("*")):
            made.write(file, Path("site-main") / file.relative_to(HERE / "jekyll"))

    assert [told(session) for session in read(open_zip("site.zip", packed.getvalue()))[0]] == JEKYLL


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("sheet.csv", Format.CSV),
        ("2023-fall.yaml", Format.YAML),
        ("terms.json", Format.JSON),
        ("list.md", Format.MARKDOWN),
        ("table.md", Format.MARKDOWN),
        ("page.html", Format.HTML),
    ],
)
def test_pasted_text_is_recognised_by_how_it_begins(name: str, form: Format) -> None:
    text = (HERE / name).read_text(encoding="utf-8-sig")

    assert open_text("pasted", text).format is form
    assert len(read(open_text("pasted", text))[0]) == len(archive(name))


def test_times_stay_with_the_session() -> None:
    found = read(open_path(HERE / "american.csv"))[0][0]

    assert (found.on, found.starts_at, found.minutes) == (date(2022, 3, 4), time(16), 60)
