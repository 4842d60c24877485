"""Every kind of mail that the site sends: what it is called, why it comes, and with how much measure.

A kind ``round.opened`` has its words in ``templates/email/round.opened.txt``.  Nothing else is needed for a new one.
"""

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What a kind is about; the page on which members choose their mails is ordered by it."""

    VOTES = "Votes"
    MY_TALKS = "My talks"
    PROGRAMME = "Sessions and programme"
    READING = "Reading"
    CHORES = "For co-leads"
    DISCUSSION = "Discussion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of mail.

    ``label``         what members call it, on the page where they choose.
    ``why``           ends the sentence "You get this because ..."; may name {group}, where the mail's words do.
    ``topic``         None: it can't be switched off, since somebody's account or application hangs on it.
    ``waits``         a reminder, or news without haste: those of one day to one person come as one mail.
    ``asked``         the receiver asked for it a moment ago, so it comes at night too.
    ``secret``        its text lets in whoever has it: shown to nobody else, and forgotten once it is sent.
    ``members_only``  not sent to whoever has left the group by then.
    ``discreet``      who gets it is nobody's business: co-leads see how many wait, not whose.
    """

    name: str
    label: str
    why: str
    topic: Topic | None = None
    waits: bool = False
    asked: bool = False
    secret: bool = False
    members_only: bool = False
    discreet: bool = False


class UnknownKind(LookupError):
    """A mail is owed of a kind that isn't in the list below."""


MEMBER = "you are a member of {group}"
SPEAKER = "you are on the programme of {group}"
CO_LEAD = "you are a co-lead of {group}"
ADDRESS = "somebody typed this address on our site"

ALL = (
    # Accounts and joining: what somebody asked for, or waits for.
    Kind(name="join.confirm", label="Confirm your address", why=ADDRESS, asked=True, secret=True),
    Kind(name="code.sign_in", label="A code to sign in", why=ADDRESS, asked=True, secret=True),
    Kind(name="code.unknown", label="There is no account with this address", why=ADDRESS, asked=True),
    Kind(name="code.address", label="A code for a new address", why=ADDRESS, asked=True, secret=True),
    Kind(name="address.taken", label="This address already has an account", why=ADDRESS, asked=True),
    Kind(name="account.changed", label="Your account was changed", why="you have an account here", asked=True),
    Kind(name="join.known", label="You already have an account", why=ADDRESS, asked=True),
    Kind(name="invitation.made", label="Somebody invites you", why="a co-lead of {group} invited this address",
         secret=True),
    Kind(name="application.accepted", label="Your application is accepted", why="you applied to {group}"),
    Kind(name="application.declined", label="Your application is declined", why="you applied to {group}"),
    # Votes.
    Kind(name="round.opened", label="A vote opens", why=MEMBER, topic=Topic.VOTES, members_only=True),
    Kind(
        name="round.extended", label="A vote is open for longer", why=MEMBER, topic=Topic.VOTES, members_only=True
    ),
    Kind(
        name="round.nudge", label="I haven't voted, and a vote closes soon", why=MEMBER, topic=Topic.VOTES,
        waits=True, members_only=True, discreet=True,
    ),
    Kind(name="round.released", label="Results are published", why=MEMBER, topic=Topic.VOTES, members_only=True),
    # One's own talks.
    Kind(name="talk.scheduled", label="My talk has a place", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(name="talk.moved", label="My talk is moved", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(name="talk.unconfirmed", label="I haven't confirmed my talk", why=SPEAKER, topic=Topic.MY_TALKS, waits=True),
    Kind(name="talk.asked", label="A talk to confirm, for speakers without an account", why=SPEAKER, secret=True),
    Kind(name="talk.reminded", label="A talk to confirm, once more", why=SPEAKER, secret=True),
    Kind(name="talk.replaced", label="Another talk takes the place of mine", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(name="talk.withdrawn", label="My talk is off the programme", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(name="swap.proposed", label="Somebody wants to change places with me", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(name="swap.answered", label="My wish to change places is answered", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(name="swap.ended", label="A change of places is off", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(name="talk.lengthened", label="My talk gets more time", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(
        name="after.speaker", label="After my talk: thanks, and the slides", why=SPEAKER, topic=Topic.MY_TALKS,
        waits=True, secret=True,
    ),
    Kind(
        name="after.feedback", label="People left a word on my talk", why=SPEAKER, topic=Topic.MY_TALKS, waits=True,
        secret=True, discreet=True,
    ),
    Kind(name="speaker.claim_accepted", label="I am linked to a speaker", why="you asked for it in {group}"),
    Kind(name="speaker.claim_declined", label="I am not linked to a speaker", why="you asked for it in {group}"),
    Kind(
        name="pitch.still_wanted", label="I am asked whether I still want to give a talk",
        why="you pitched a talk in {group}", topic=Topic.MY_TALKS, waits=True, members_only=True,
    ),
    Kind(
        name="pitch.change_decided", label="A change that I proposed is decided",
        why="you pitched a talk in {group}", topic=Topic.MY_TALKS,
    ),
    # Sessions and programme, told to those who speak and to co-leads.
    Kind(name="meeting.moved", label="A session is moved", why=SPEAKER, topic=Topic.PROGRAMME),
    Kind(name="meeting.cancelled", label="A session is cancelled", why=SPEAKER, topic=Topic.PROGRAMME),
    Kind(name="meeting.reinstated", label="A session takes place after all", why=SPEAKER, topic=Topic.PROGRAMME),
    Kind(
        name="project.joined", label="Somebody joins your research proposal", why="you pitched it in {group}",
        topic=Topic.MY_TALKS, waits=True, members_only=True,
    ),
    # Sessions of two groups, told to the co-leads of the other one.
    Kind(name="joint.invited", label="Another group invites yours", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="joint.answered", label="A group that you invited answers", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="joint.ended", label="An invitation is taken back", why=CO_LEAD, topic=Topic.CHORES),
    # What is read before a session.
    Kind(
        name="reading.coming", label="What to read for a session", why=MEMBER, topic=Topic.READING, waits=True,
        members_only=True,
    ),
    Kind(name="reading.due", label="The reading for my talk is due", why=SPEAKER, topic=Topic.READING, waits=True),
    # What co-leads hear of.
    Kind(name="reading.missing", label="Reading is missing", why=CO_LEAD, topic=Topic.CHORES, waits=True),
    Kind(
        name="chores.due", label="My chores of the week", why=CO_LEAD, topic=Topic.CHORES, waits=True,
        members_only=True,
    ),
    Kind(
        name="after.recording", label="A recording is missing", why=CO_LEAD, topic=Topic.CHORES, waits=True,
        members_only=True,
    ),
    Kind(
        name="round.waiting", label="A round can't open at its time", why=CO_LEAD, topic=Topic.CHORES,
        members_only=True,
    ),
    Kind(name="application.made", label="Somebody applies", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="talk.declined", label="A speaker can't come", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="speaker.claimed", label="Somebody says to be a speaker", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="swap.agreed", label="Two speakers change places", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="programme.published", label="Talks get their places", why=CO_LEAD, topic=Topic.CHORES, waits=True),
    Kind(name="meeting.rederived", label="Clocks get new rules", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="programme.changed", label="The programme changes", why=CO_LEAD, topic=Topic.CHORES, waits=True),
    Kind(
        name="pitch.change_proposed", label="A change of a pitch waits", why=CO_LEAD, topic=Topic.CHORES,
        members_only=True,
    ),
    Kind(
        name="comment.reported", label="Somebody reports a comment", why=CO_LEAD, topic=Topic.CHORES, waits=True,
        members_only=True,
    ),
    # What is said, once a day.
    Kind(
        name="discussion.digest", label="New comments in discussions that I follow",
        why="you follow discussions of {group}", topic=Topic.DISCUSSION, waits=True, members_only=True,
    ),
)  # fmt: skip

_BY_NAME = {kind.name: kind for kind in ALL}


def kind_named(name: str) -> Kind:
    """The kind with that name.  Raises UnknownKind."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownKind(f"{name} is not in readinggroup/outbox/kinds.py") from None
