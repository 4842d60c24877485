"""The words of messages about talks, as they are drafted; a co-lead may change them before they are sent."""

from collections.abc import Iterable

from readinggroup.web.when import When

TEXTS = {
    "talk.scheduled": (
        "“{talk}” is on the programme of {group}: session {session}, {when}.\n\n"
        "Please post what people should read before it; a week ahead is what helps them most.\n\n"
        "If you can't come on that day, say so on your talk's page."
    ),
    "talk.moved": (
        "“{talk}” was moved. It is now in session {session} of {group}, {when}.\n\n"
        "If you can't come on that day, say so on your talk's page."
    ),
    "talk.withdrawn": (
        "“{talk}” was taken off session {session} of {group}, {when}. What you pitched is kept and can get another"
        " place."
    ),
    "talk.replaced": (
        "In session {session} of {group}, {when}, another talk stands in for “{talk}”. The archive names both. What"
        " you pitched is kept and can get another place."
    ),
}


def talk_text(kind: str, *, talk: str, group: str, session: int, when: str) -> str:
    """What the people behind a talk are told: the whole message without greeting and link."""
    return TEXTS[kind].format(talk=talk, group=group, session=session, when=when)


def longer_text(*, talk: str, session: int, when: str, minutes: int, questions: int) -> str:
    """What the speaker of a talk is told that gets another one's time as well."""
    return (
        f"Another speaker of session {session}, {when}, can't come, so “{talk}” has more time:"
        f" {minutes} minutes and {questions} for questions.\n\nIf that is too much, tell a co-lead."
    )


def co_leads_text(lines: Iterable[str]) -> str:
    """What the co-leads are told of a change of the programme."""
    told = "\n".join(f"- {line}" for line in lines)
    return f"This is how it stands now for the talks that were changed:\n\n{told}"


def line_of(talk: str, session: int, when: str, *, is_off: bool = False) -> str:
    """A talk in a list: "Meta Learning: session 1, Saturday 19 November 2022, 14:00 Edmonton, UTC-07:00"."""
    return f"{talk}: {'off ' if is_off else ''}session {session}, {when}"


def moment_words(when: When | None) -> str:
    """A session's moment: "Saturday 19 November 2022, 14:00 Edmonton, UTC-07:00"."""
    return f"{when.date_words}, {when.time_words} {when.place}, {when.offset}" if when else "date not set"
