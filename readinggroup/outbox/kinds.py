"""Every kind of mail that the site sends: what it is called, why it comes, and with how much haste.

A kind ``round.opened`` has its words in ``templates/email/round.opened.txt``.  Nothing else is needed for a new one.
"""

from dataclasses import dataclass
from enum import StrEnum

from readinggroup.domain.measure import Haste


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
    ``haste``         how much it presses, and so when it comes and whether it counts: docs/mail.md, "When it goes".
    ``secret``        its text lets in whoever has it: shown to nobody else, and forgotten once it is sent.
    ``members_only``  not sent to whoever has left the group by then.
    ``discreet``      who gets it is nobody's business: co-leads see how many wait, not whose.
    """

    name: str
    label: str
    why: str
    topic: Topic | None = None
    haste: Haste = Haste.PATIENT
    secret: bool = False
    members_only: bool = False
    discreet: bool = False


class UnknownKind(LookupError):
    """A mail is owed of a kind that isn't in the list below."""


MEMBER = "you are a member of {group}"
SPEAKER = "you are on the programme of {group}"
CO_LEAD = "you are a co-lead of {group}"
ADDRESS = "somebody typed this address on our site"

ANSWER, APART, ALARM, PRESSES = Haste.ANSWER, Haste.APART, Haste.ALARM, Haste.PRESSES

ALL = (
    # Accounts and joining: what somebody asked for, or waits for.
    Kind(name="join.confirm", haste=ANSWER, label="Confirm your address", why=ADDRESS, secret=True),
    Kind(name="code.sign_in", haste=ANSWER, label="A code to sign in", why=ADDRESS, secret=True),
    Kind(name="code.unknown", haste=ANSWER, label="There is no account with this address", why=ADDRESS),
    Kind(name="code.address", haste=ANSWER, label="A code for a new address", why=ADDRESS, secret=True),
    Kind(name="address.taken", haste=ANSWER, label="This address already has an account", why=ADDRESS),
    Kind(name="account.changed", haste=ANSWER, label="Your account was changed", why="you have an account here"),
    Kind(name="join.known", haste=ANSWER, label="You already have an account", why=ADDRESS),
    Kind(
        name="invitation.made", haste=APART, label="Somebody invites you",
        why="a co-lead of {group} invited this address", secret=True,
    ),
    Kind(
        name="application.accepted", haste=APART, label="Your application is accepted",
        why="you applied to {group}",
    ),
    Kind(
        name="application.declined", haste=APART, label="Your application is declined",
        why="you applied to {group}",
    ),
    Kind(name="mail.told", label="A mail whose words are forgotten", why="you had one", discreet=True),
    # Votes.
    Kind(name="round.opened", haste=PRESSES, label="A vote opens", why=MEMBER, topic=Topic.VOTES, members_only=True),
    Kind(
        name="round.extended", haste=PRESSES, label="A vote is open for longer", why=MEMBER, topic=Topic.VOTES,
        members_only=True,
    ),
    Kind(
        name="round.nudge", haste=PRESSES, label="I haven't voted, and a vote closes soon", why=MEMBER,
        topic=Topic.VOTES, members_only=True, discreet=True,
    ),
    Kind(name="round.released", label="Results are published", why=MEMBER, topic=Topic.VOTES, members_only=True),
    # One's own talks.
    Kind(name="talk.scheduled", haste=PRESSES, label="My talk has a place", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(name="talk.moved", haste=ALARM, label="My talk is moved", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(
        name="talk.unconfirmed", haste=PRESSES, label="I haven't confirmed my talk", why=SPEAKER,
        topic=Topic.MY_TALKS,
    ),
    Kind(
        name="talk.asked", haste=PRESSES, label="A talk to confirm, for speakers without an account", why=SPEAKER,
        secret=True,
    ),
    Kind(name="talk.reminded", haste=PRESSES, label="A talk to confirm, once more", why=SPEAKER, secret=True),
    Kind(
        name="talk.replaced", haste=ALARM, label="Another talk takes the place of mine", why=SPEAKER,
        topic=Topic.MY_TALKS,
    ),
    Kind(
        name="talk.withdrawn", haste=ALARM, label="My talk is off the programme", why=SPEAKER, topic=Topic.MY_TALKS,
    ),
    Kind(
        name="swap.proposed", haste=PRESSES, label="Somebody wants to change places with me", why=SPEAKER,
        topic=Topic.MY_TALKS,
    ),
    Kind(
        name="swap.answered", haste=PRESSES, label="My wish to change places is answered", why=SPEAKER,
        topic=Topic.MY_TALKS,
    ),
    Kind(name="swap.ended", haste=PRESSES, label="A change of places is off", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(name="talk.lengthened", haste=PRESSES, label="My talk gets more time", why=SPEAKER, topic=Topic.MY_TALKS),
    Kind(
        name="after.speaker", haste=PRESSES, label="After my talk: thanks, and the slides", why=SPEAKER,
        topic=Topic.MY_TALKS, secret=True,
    ),
    Kind(
        name="after.feedback", label="People left a word on my talk", why=SPEAKER, topic=Topic.MY_TALKS,
        secret=True, discreet=True,
    ),
    Kind(name="speaker.claim_accepted", label="I am linked to a speaker", why="you asked for it in {group}"),
    Kind(name="speaker.claim_declined", label="I am not linked to a speaker", why="you asked for it in {group}"),
    Kind(
        name="pitch.still_wanted", label="I am asked whether I still want to give a talk",
        why="you pitched a talk in {group}", topic=Topic.MY_TALKS, members_only=True,
    ),
    Kind(
        name="pitch.change_decided", label="A change that I proposed is decided",
        why="you pitched a talk in {group}", topic=Topic.MY_TALKS,
    ),
    # Sessions and programme, told to those who speak and to co-leads.
    Kind(name="meeting.moved", haste=ALARM, label="A session is moved", why=SPEAKER, topic=Topic.PROGRAMME),
    Kind(name="meeting.cancelled", haste=ALARM, label="A session is cancelled", why=SPEAKER, topic=Topic.PROGRAMME),
    Kind(
        name="meeting.reinstated", haste=PRESSES, label="A session takes place after all", why=SPEAKER,
        topic=Topic.PROGRAMME,
    ),
    Kind(
        name="project.joined", label="Somebody joins your research proposal", why="you pitched it in {group}",
        topic=Topic.MY_TALKS, members_only=True,
    ),
    # Sessions of two groups, told to the co-leads of the other one.
    Kind(name="joint.invited", label="Another group invites yours", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="joint.answered", label="A group that you invited answers", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="joint.ended", label="An invitation is taken back", why=CO_LEAD, topic=Topic.CHORES),
    # What is read before a session.
    Kind(
        name="reading.coming", haste=PRESSES, label="What to read for a session", why=MEMBER, topic=Topic.READING,
        members_only=True,
    ),
    Kind(
        name="reading.due", haste=PRESSES, label="The reading for my talk is due", why=SPEAKER, topic=Topic.READING,
    ),
    # What co-leads hear of.
    Kind(name="reading.missing", haste=PRESSES, label="Reading is missing", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="chores.due", label="My chores of the week", why=CO_LEAD, topic=Topic.CHORES, members_only=True),
    Kind(name="after.recording", label="A recording is missing", why=CO_LEAD, topic=Topic.CHORES, members_only=True),
    Kind(
        name="round.waiting", haste=PRESSES, label="A round can't open at its time", why=CO_LEAD, topic=Topic.CHORES,
        members_only=True,
    ),
    Kind(name="application.made", haste=PRESSES, label="Somebody applies", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="talk.declined", haste=PRESSES, label="A speaker can't come", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="speaker.claimed", label="Somebody says to be a speaker", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="swap.agreed", haste=PRESSES, label="Two speakers change places", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="programme.published", label="Talks get their places", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="meeting.rederived", label="Clocks get new rules", why=CO_LEAD, topic=Topic.CHORES),
    Kind(name="programme.changed", label="The programme changes", why=CO_LEAD, topic=Topic.CHORES),
    Kind(
        name="pitch.change_proposed", label="A change of a pitch waits", why=CO_LEAD, topic=Topic.CHORES,
        members_only=True,
    ),
    Kind(
        name="comment.reported", label="Somebody reports a comment", why=CO_LEAD, topic=Topic.CHORES,
        members_only=True,
    ),
    # What is said, once a day.
    Kind(
        name="discussion.digest", label="New comments in discussions that I follow",
        why="you follow discussions of {group}", topic=Topic.DISCUSSION, members_only=True,
    ),
)  # fmt: skip

_BY_NAME = {kind.name: kind for kind in ALL}


def kind_named(name: str) -> Kind:
    """The kind with that name.  Raises UnknownKind."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownKind(f"{name} is not in readinggroup/outbox/kinds.py") from None
