"""Every permission, on one page.

A rule takes the actor, then whatever the door has loaded for it; ``group`` is the group at hand.
"""

from typing import Protocol

from readinggroup.access.actor import Actor
from readinggroup.domain.lifecycle import Audience, MeetingState, PitchState, RoundState
from readinggroup.models import (
    ChairLink,
    Chapter,
    Comment,
    Group,
    Meeting,
    Pitch,
    PitchChange,
    Question,
    Round,
    Speaker,
    SpeakerClaim,
    SpeakingLink,
    Swap,
    Talk,
    Upload,
)

WITHDRAWABLE = frozenset(PitchState) - {PitchState.GIVEN, PitchState.WITHDRAWN}
EDITABLE = frozenset({PitchState.DRAFT, PitchState.OPEN})


def anyone(actor: Actor) -> bool:
    """The public."""
    return actor is not None


def signed_in(actor: Actor) -> bool:
    """Whoever has an account."""
    return actor.is_signed_in


def signed_in_afresh(actor: Actor) -> bool:
    """Whoever has an account and showed just now that it is theirs: risky acts ask for it."""
    return actor.is_signed_in and actor.is_fresh


def is_member(actor: Actor) -> bool:
    """Members and co-leads of the group."""
    return actor.is_member


def is_co_lead(actor: Actor) -> bool:
    """Co-leads of the group."""
    return actor.is_co_lead


def is_site_admin(actor: Actor) -> bool:
    """Whoever looks after the whole installation."""
    return actor.is_site_admin


def may_change_settings(actor: Actor) -> bool:
    """The co-leads change the group's settings."""
    return actor.is_co_lead


def may_invite(actor: Actor) -> bool:
    """The co-leads invite people into the group."""
    return actor.is_co_lead


def may_export_members(actor: Actor) -> bool:
    """The co-leads take the list of members away, addresses and all."""
    return actor.is_co_lead


def may_import(actor: Actor) -> bool:
    """The co-leads bring the group's past in, and take an import back."""
    return actor.is_co_lead


def may_take_group_along(actor: Actor) -> bool:
    """The co-leads take the whole group away in a file, people and all."""
    return actor.is_co_lead


def may_read_records(actor: Actor) -> bool:
    """The co-leads read who did what in the group, and when."""
    return actor.is_co_lead


# --- Who sees what: the group decides, part by part ----------------------------------------------------


def may_see_schedule(actor: Actor, group: Group) -> bool:
    """Whom the group shows what is to come, on pages and in calendars."""
    return _is_among(group.schedule_seen_by, actor)


def may_see_archive(actor: Actor, group: Group) -> bool:
    """Whom the group shows what was held: sessions, speakers, reading, series."""
    return _is_among(group.archive_seen_by, actor)


def may_see_sessions(actor: Actor, group: Group) -> bool:
    """Whom the group shows any sessions, those to come or those that were held; which ones ``may_see_session`` says."""
    return may_see_schedule(actor, group) or may_see_archive(actor, group)


class AboutSession(Protocol):
    """What tells of one session."""

    @property
    def meeting(self) -> "HasState":
        """The session."""


class HasState(Protocol):
    """A session, or a view of one."""

    @property
    def state(self) -> MeetingState:
        """Where it stands."""


def may_see_session(actor: Actor, found: AboutSession, group: Group) -> bool:
    """A held session is part of the archive, any other one of the schedule."""
    if found.meeting.state is MeetingState.HELD:
        return may_see_archive(actor, group)
    return may_see_schedule(actor, group)


class AboutJoint(Protocol):
    """What tells of a session that another group hosts."""

    @property
    def is_held(self) -> bool:
        """Whether it was held."""

    @property
    def host_audience(self) -> Audience:
        """Whom the host shows such a session."""


def may_see_joint(actor: Actor, joint: AboutJoint, group: Group) -> bool:
    """On the guest's pages: whom both groups would show it.  Host and guest share it, so a member of the guest stands
    where a member of the host does."""
    own = group.archive_seen_by if joint.is_held else group.schedule_seen_by
    return _is_among(own, actor) and _is_among(joint.host_audience, actor)


def may_see_pitches(actor: Actor, group: Group) -> bool:
    """Whom the group shows the pitch board."""
    return _is_among(group.pitches_seen_by, actor)


def may_see_results(actor: Actor, round_: Round, group: Group) -> bool:
    """Whom the group shows the results of its rounds, once they are released; never more people than the round was
    opened with."""
    return _is_among(group.results_seen_by, actor) and _is_among(round_.results_seen_by, actor)


def may_see_discussion(actor: Actor, group: Group) -> bool:
    """Whom the group shows what is said about pitches and sessions."""
    return _is_among(group.discussion_seen_by, actor)


def may_see_members(actor: Actor, group: Group) -> bool:
    """Whom the group shows who belongs to it."""
    return _is_among(group.members_seen_by, actor)


def _is_among(audience: Audience, actor: Actor) -> bool:
    if audience is Audience.PUBLIC:
        return True
    return actor.is_co_lead or (audience is Audience.MEMBERS and actor.is_member)


# --- Pitches, rounds and talks -------------------------------------------------------------------------


def is_author(actor: Actor, pitch: Pitch) -> bool:
    """The member who made the pitch."""
    return actor.is_member and pitch.author_id is not None and pitch.author_id == actor.user_id


def may_see_pitch(actor: Actor, pitch: Pitch, group: Group) -> bool:
    """Its author, and whoever sees the board; a draft is its author's alone."""
    if pitch.state is PitchState.DRAFT:
        return is_author(actor, pitch)
    return is_author(actor, pitch) or may_see_pitches(actor, group)


def may_edit_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, while it isn't on a paper or past one; a draft only its author."""
    if pitch.state is PitchState.DRAFT:
        return is_author(actor, pitch)
    return pitch.state in EDITABLE and (is_author(actor, pitch) or actor.is_co_lead)


def may_withdraw_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, until it is given."""
    return pitch.state in WITHDRAWABLE and may_tend_pitch(actor, pitch)


def may_tend_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, whatever its state, which only what they then ask for may refuse."""
    return is_author(actor, pitch) or (actor.is_co_lead and pitch.state is not PitchState.DRAFT)


def may_reopen_pitch(actor: Actor, pitch: Pitch) -> bool:
    """Its author and the co-leads, once it is withdrawn."""
    return pitch.state is PitchState.WITHDRAWN and may_tend_pitch(actor, pitch)


def may_mark_interest(actor: Actor, pitch: Pitch, group: Group) -> bool:
    """Members, on pitches that they see; only its state may refuse it."""
    return actor.is_member and may_see_pitch(actor, pitch, group)


def may_propose_change(actor: Actor, pitch: Pitch) -> bool:
    """Its author, and the co-leads, who then accept it in the open like any other."""
    return may_tend_pitch(actor, pitch)


def may_take_back_change(actor: Actor, change: PitchChange) -> bool:
    """Whoever proposed it, while they are a member."""
    return actor.is_member and change.by_id is not None and change.by_id == actor.user_id


def may_decide_change(actor: Actor, change: PitchChange) -> bool:
    """The co-leads."""
    return actor.is_co_lead and change is not None


def may_see_note(actor: Actor, pitch: Pitch) -> bool:
    """The author and the co-leads see what is meant for the co-leads: the note, and the days away."""
    return may_tend_pitch(actor, pitch)


def may_see_round(actor: Actor, round_: Round) -> bool:
    """Members see rounds; one that isn't open yet is the co-leads' alone."""
    return actor.is_member and (round_.state is not RoundState.DRAFT or actor.is_co_lead)


def may_see_totals(actor: Actor, round_: Round, group: Group) -> bool:
    """Nobody before the release; then whoever may see the group's results.  The one function that decides."""
    return round_.released_at is not None and may_see_results(actor, round_, group)


def may_tend_talk(actor: Actor, talk: Talk) -> bool:
    """Who adds reading and slides to a talk: the co-leads, and its speakers who have an account here."""
    return actor.is_co_lead or speaks_at(actor, talk)


def speaks_at(actor: Actor, talk: Talk) -> bool:
    """The talk's speakers who have an account here."""
    ids = {speaker.user_id for speaker in talk.speakers} - {None}
    return actor.is_member and actor.user_id in ids


def may_give_feedback(actor: Actor, talk: Talk) -> bool:
    """Members, on the talks of others; only the talk's speakers read it."""
    return actor.is_member and not speaks_at(actor, talk)


def may_see_swap(actor: Actor, swap: Swap) -> bool:
    """Who would change places, and the co-leads."""
    return may_tend_talk(actor, swap.talk) or speaks_at(actor, swap.other)


def may_answer_swap(actor: Actor, swap: Swap) -> bool:
    """Who is asked to change places."""
    return speaks_at(actor, swap.other)


def may_withdraw_swap(actor: Actor, swap: Swap) -> bool:
    """Who asked, or speaks beside whoever did."""
    return speaks_at(actor, swap.talk)


class Filed(Protocol):
    """A file, and what it belongs to."""

    @property
    def upload(self) -> Upload:
        """The file."""

    @property
    def meeting(self) -> Meeting:
        """The session that it is about."""

    @property
    def talk(self) -> Talk | None:
        """The talk in it, where it belongs to one."""

    @property
    def is_shown(self) -> bool:
        """Whether a page about the session shows it."""


def may_see_file(actor: Actor, filed: Filed, group: Group) -> bool:
    """Who sees the session that it is about, once its programme is published and while a page of it shows the file;
    at any time the co-leads, the talk's speakers, and the member who put it there."""
    if actor.is_co_lead or (actor.is_member and filed.upload.by_id == actor.user_id):
        return True
    if filed.talk is not None and speaks_at(actor, filed.talk):
        return True
    is_out = filed.is_shown and filed.meeting.state is not MeetingState.PLANNED
    return is_out and may_see_session(actor, filed, group)


def holds_link(actor: Actor, link: SpeakingLink) -> bool:
    """Whoever has the secret address of a speaker's page, for as long as it runs, which the page itself says."""
    return actor is not None and link is not None


def may_hide_speaker(actor: Actor, speaker: Speaker) -> bool:
    """Who hides and shows a speaker's page: the speaker, and the co-leads."""
    return actor.is_co_lead or (speaker.user_id is not None and speaker.user_id == actor.user_id)


def may_answer_claim(actor: Actor, claim: SpeakerClaim) -> bool:
    """Whoever says to be a speaker may take that back; the co-leads may too."""
    return actor.is_co_lead or claim.user_id == actor.user_id


# --- The day of a session -------------------------------------------------------------------------------


class AboutQuestion(AboutSession, Protocol):
    """What tells of one session, and of a question to a talk of it."""

    @property
    def question(self) -> Question | None:
        """The question."""


def may_join(actor: Actor, day: AboutSession, group: Group) -> bool:
    """Members, to sessions that they see; its hour is another question."""
    return actor.is_member and may_see_session(actor, day, group)


class ByLink(Protocol):
    """What a link of a chair opens."""

    @property
    def link(self) -> ChairLink:
        """The link."""


def holds_chair_link(actor: Actor, chairing: ByLink) -> bool:
    """Whoever has the secret address of a session's chair, for as long as it runs, which the page itself says."""
    return actor is not None and chairing is not None


def may_see_questions(actor: Actor, day: AboutSession, group: Group) -> bool:
    """Who sees the group's discussion, and the session."""
    return may_see_discussion(actor, group) and may_see_session(actor, day, group)


def may_ask(actor: Actor, day: AboutSession, group: Group) -> bool:
    """Members, where they see the questions; only the hour may refuse it."""
    return actor.is_member and may_see_questions(actor, day, group)


def may_support_question(actor: Actor, day: AboutQuestion, group: Group) -> bool:
    """Members, where it is in their sight and not their own."""
    question = day.question
    in_sight = question is not None and question.hidden_at is None and question.withdrawn_at is None
    return in_sight and may_ask(actor, day, group) and not _asked(actor, question)


def may_withdraw_question(actor: Actor, day: AboutQuestion) -> bool:
    """Whoever asked it, while they are a member."""
    return actor.is_member and _asked(actor, day.question)


def _asked(actor: Actor, question: Question | None) -> bool:
    return question is not None and question.asked_by_id == actor.user_id


def may_join_project(actor: Actor, pitch: Pitch, group: Group) -> bool:
    """Members take part in research proposals that they see, and leave them; only the pitch's state may refuse it."""
    return actor.is_member and may_see_pitch(actor, pitch, group)


class AboutProject(Protocol):
    """A research proposal and who takes part in it."""

    @property
    def user_ids(self) -> frozenset[int]:
        """The accounts of those who take part, its author's among them."""


def may_tell_of_project(actor: Actor, project: AboutProject) -> bool:
    """Who takes part, and the co-leads."""
    return actor.is_co_lead or (actor.is_member and actor.user_id in project.user_ids)


class HasTeller(Protocol):
    """Something told of a project: a row with who told it, or a view of one."""

    @property
    def by_id(self) -> int:
        """The account of who told it."""


def may_take_update_back(actor: Actor, update: HasTeller) -> bool:
    """Who told it, while they are a member, and the co-leads."""
    return actor.is_co_lead or (actor.is_member and actor.user_id == update.by_id)


def may_give_chapter_back(actor: Actor, chapter: Chapter) -> bool:
    """Who said that they present it, and the co-leads."""
    presenter = chapter.speaker.user_id if chapter.speaker is not None else None
    return actor.is_co_lead or (actor.is_member and presenter is not None and presenter == actor.user_id)


# --- Discussion ----------------------------------------------------------------------------------------


class Matter(Protocol):
    """What a thread is about: a pitch, or a talk with its session."""

    @property
    def pitch(self) -> Pitch | None:
        """The pitch, where it is one."""

    @property
    def meeting(self) -> Meeting | None:
        """The session, where it is a talk."""


class Said(Protocol):
    """A comment, and what it is about."""

    @property
    def comment(self) -> Comment:
        """The comment."""

    @property
    def matter(self) -> Matter:
        """What it is about."""


def may_see_matter(actor: Actor, matter: Matter, group: Group) -> bool:
    """Who sees the group's discussion, and the pitch or the talk that it is about; nobody talks about what isn't
    published yet."""
    if not may_see_discussion(actor, group):
        return False
    if matter.pitch is not None:
        return matter.pitch.state is not PitchState.DRAFT and may_see_pitch(actor, matter.pitch, group)
    if matter.meeting is None or matter.meeting.state is MeetingState.PLANNED:
        return False
    is_held = matter.meeting.state is MeetingState.HELD
    return may_see_archive(actor, group) if is_held else may_see_schedule(actor, group)


def may_comment(actor: Actor, matter: Matter, group: Group) -> bool:
    """Members, on what they see."""
    return actor.is_member and may_see_matter(actor, matter, group)


def may_see_comment(actor: Actor, said: Said, group: Group) -> bool:
    """Who sees what it is about; a hidden one only its author and the co-leads."""
    if not may_see_matter(actor, said.matter, group):
        return False
    return said.comment.hidden_at is None or actor.is_co_lead or is_sayer(actor, said)


def may_answer_comment(actor: Actor, said: Said, group: Group) -> bool:
    """Members report, and read the earlier versions of, what they see."""
    return actor.is_member and may_see_comment(actor, said, group)


def may_edit_comment(actor: Actor, said: Said, group: Group) -> bool:
    """Whoever said it, while they are a member."""
    return is_sayer(actor, said) and may_answer_comment(actor, said, group)


def may_hide_comment(actor: Actor, said: Said) -> bool:
    """The co-leads."""
    return actor.is_co_lead and said is not None


def is_sayer(actor: Actor, said: Said) -> bool:
    """The account that said it."""
    return actor.user_id is not None and said.comment.author_id == actor.user_id
