"""The settings of a group: one form for each section of the page, its fields named as the columns of the group.

A room that has something to set adds a field to a section's form, and a column to the group.
"""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SubmitField, ValidationError
from wtforms.validators import DataRequired, Length

from readinggroup.domain.colour import (
    DARK_GROUNDS,
    LEAST,
    LIGHT_GROUNDS,
    BadColour,
    accent_of,
    least_contrast,
)
from readinggroup.domain.lifecycle import Audience, JoinPolicy, RoundRule
from readinggroup.groups.queries import questions_in
from readinggroup.web.forms import Form, MarkdownField, TextField, whole

LONGEST_MISSION = 10_000
MOST_QUESTIONS, LONGEST_QUESTION = 5, 200
AUDIENCES = {Audience.PUBLIC: "Everybody", Audience.MEMBERS: "Members", Audience.CO_LEADS: "Co-leads only"}
POLICIES = {
    JoinPolicy.OPEN: "Open: whoever has an account is in with one button",
    JoinPolicy.APPLY: "By application: the co-leads decide",
    JoinPolicy.INVITE: "By invitation: only whom a co-lead invites",
}
RULES = {
    RoundRule.FAIR: "Fair: every part of the group gets its turn",
    RoundRule.POPULAR: "Popular: the most ticks win",
    RoundRule.RANKED: "Ranked: members put the pitches in order",
}


def audience(label: str, **options: Any) -> SelectField:
    """A field for who sees a part of the group."""
    choices = {who.value: words for who, words in AUDIENCES.items()}
    return SelectField(label, choices=choices, **options)


class SettingsForm(Form):
    """One section's settings."""

    def changes(self) -> dict[str, Any]:
        """What the form says, by column of the group."""
        return {
            field.name: field.data for field in self if field.type not in {"CSRFTokenField", "SubmitField"}
        }


class AboutForm(SettingsForm):
    """What the group is called, and what it is for."""

    name = TextField("Name", [DataRequired("Give the group a name."), Length(max=120)])
    mission = MarkdownField(
        "What the group is for",
        [Length(max=LONGEST_MISSION, message=f"Up to {LONGEST_MISSION} characters.")],
        description="It stands on the group's front page. Markdown, with math between dollar signs.",
    )
    preview = SubmitField("Preview")


class SessionsForm(SettingsForm):
    """What holds for every session; when the group meets is a page of its own (scheduling.rhythm_forms)."""

    lead_days = whole(
        "Days before a session by which its reading is due", 0, 60, description="7 is one week."
    )


class SessionDayForm(SettingsForm):
    """What holds on the day of each session."""

    join_minutes = whole("Minutes before a session from which members can join it", 0, 1440)
    question_hours = whole(
        "Hours after a session until which questions to its speakers are taken",
        0,
        720,
        description="They are taken from its announcement on.",
    )
    keeps_attendance = BooleanField(
        "Note who was there",
        description="Asked when a session goes into the archive. Co-leads see it, and each member their own.",
    )


class JoiningForm(SettingsForm):
    """How people come into the group."""

    join_policy = RadioField(
        "Who may join", choices={policy.value: words for policy, words in POLICIES.items()}
    )
    join_questions = MarkdownField(
        "Questions to applicants",
        description=f"One in each line, up to {MOST_QUESTIONS}; the co-leads read the answers.",
        render_kw={"rows": 4},
    )

    def validate_join_questions(self, field: MarkdownField) -> None:
        questions = questions_in(field.data)
        if len(questions) > MOST_QUESTIONS or any(len(question) > LONGEST_QUESTION for question in questions):
            raise ValidationError(
                f"Up to {MOST_QUESTIONS} questions, each of up to {LONGEST_QUESTION} characters."
            )
        field.data = "\n".join(questions)


class VotingForm(SettingsForm):
    """What a new round begins with."""

    rule = RadioField("Rule of a round", choices={rule.value: words for rule, words in RULES.items()})
    season_balance = BooleanField(
        "Keep a balance over the season",
        description="Whoever lost lately counts a little more in the next fair round.",
    )
    threshold_min = whole("Ballots that must tick a pitch for it to win", 0, 1000)
    threshold_percent = whole("… and at least this share of the ballots, in percent", 0, 100)


class PapersForm(SettingsForm):
    """Whom the site asks on behalf of the group."""

    looks_papers_up = BooleanField(
        "Look papers up",
        description="What is known of a pitched paper is asked for by its DOI or arXiv id, with Crossref, DataCite, "
        "arXiv or OpenAlex. They hear of the paper, not of the group. Otherwise titles are written by hand.",
    )


class SeenByForm(SettingsForm):
    """Who sees what."""

    schedule_seen_by = audience("The schedule and the calendar")
    archive_seen_by = audience(
        "The archive", description="Sessions that were held, speakers, reading and series."
    )
    pitches_seen_by = audience("The pitch board", description="Notes to the co-leads stay theirs.")
    results_seen_by = audience(
        "Results of rounds", description="From their release on. Who took part is told to members alone."
    )
    discussion_seen_by = audience("Discussion")
    members_seen_by = audience("The list of members", description="Addresses are shown to co-leads alone.")


class LookForm(SettingsForm):
    """The colour of the group's pages."""

    accent = TextField(
        "Accent colour",
        description="Links, buttons and the line on top: six digits such as #2b4a5e. Empty is the site's own.",
        render_kw={"spellcheck": "false", "autocomplete": "off"},
    )

    def validate_accent(self, field: TextField) -> None:
        field.data = (field.data or "").lower() or None
        if field.data is None:
            return
        try:
            least, accent = least_contrast(field.data, LIGHT_GROUNDS), accent_of(field.data)
        except BadColour:
            raise ValidationError("Write # and six digits from 0 to 9 and a to f, such as #2b4a5e.") from None
        if least < LEAST:
            raise ValidationError(
                f"{field.data} has a contrast of {least:.1f} on light pages, and text needs {LEAST}. The nearest of "
                f"its hue that can be read is {accent.light}."
            )


def contrast_words(accent: str | None) -> str:
    """How well a group's accent can be read; empty for the site's own."""
    if not accent:
        return ""
    found = accent_of(accent)
    light, dark = least_contrast(found.light, LIGHT_GROUNDS), least_contrast(found.dark, DARK_GROUNDS)
    return (
        f"Contrast {light:.1f} on light pages; on dark ones {found.dark} stands in its place, with {dark:.1f}. "
        f"Text needs {LEAST}."
    )


SECTIONS: Mapping[str, tuple[str, type[SettingsForm]]] = {
    "about": ("Name and mission", AboutForm),
    "sessions": ("Sessions", SessionsForm),
    "session-day": ("The day of a session", SessionDayForm),
    "joining": ("Joining", JoiningForm),
    "voting": ("Voting", VotingForm),
    "papers": ("Papers", PapersForm),
    "seen-by": ("Who sees what", SeenByForm),
    "look": ("Look", LookForm),
}
"""The sections of the page by the last part of their address: title and form."""
