"""Everything that the audit trail records, in words: "Ada withdrew the pitch …".  A new deed needs its line here."""

from collections.abc import Mapping


class UnknownDeed(LookupError):
    """Something was to be recorded that has no words here."""


WORDS: Mapping[str, str] = {
    # Accounts
    "user.begun": "began an account",
    "user.confirmed": "confirmed an address",
    "user.created": "made an account",
    "user.address": "changed an account's address",
    "user.password": "changed a password",
    "user.revised": "changed what an account says",
    "user.signed_out": "signed an account out everywhere",
    "user.passkey_added": "added a passkey",
    "user.passkey_removed": "removed a passkey",
    "user.recovery_codes": "made new recovery codes",
    "user.second_step": "changed the second step of signing in",
    "user.deactivated": "deactivated the account of {}",
    "user.reactivated": "reactivated the account of {}",
    "community.settings": "changed the community’s settings",
    # The group and its people
    "group.created": "made the group",
    "group.settings": "changed the settings",
    "membership.applied": "applied: {}",
    "membership.unapplied": "took an application back: {}",
    "membership.joined": "came into the group: {}",
    "membership.accepted": "accepted {}",
    "membership.unaccepted": "took the acceptance of {} back",
    "membership.declined": "declined {}",
    "membership.undeclined": "put the application of {} back",
    "membership.role": "changed the role of {}",
    "membership.removed": "removed {}",
    "membership.reinstated": "took {} back in",
    "membership.left": "left the group: {}",
    "invitation.made": "made {}",
    "invitation.revoked": "revoked {}",
    "members.invited": "invited a list of people",
    # Pitches and what is said about them
    "pitch.made": "pitched {}",
    "pitch.kept": "kept a draft: {}",
    "pitch.revised": "revised the pitch {}",
    "pitch.withdrawn": "withdrew the pitch {}",
    "pitch.reopened": "offered the pitch {} again",
    "pitch.deleted": "deleted a draft",
    "comment.hidden": "hid a comment",
    "comment.shown": "showed a hidden comment again",
    "thread.closed": "closed a discussion",
    "thread.reopened": "opened a discussion again",
    # Rounds
    "round.opened": "opened {}",
    "round.extended": "extended {}",
    "round.closed": "closed and counted {}",
    "round.released": "published the results of {}",
    "round.cancelled": "cancelled {}",
    # The programme
    "meeting.made": "added {}",
    "meeting.moved": "moved {}",
    "meeting.cancelled": "cancelled {}",
    "meeting.reinstated": "let {} take place after all",
    "meeting.held": "put {} into the archive",
    "meeting.told": "changed what is told of {}",
    "meeting.locked": "kept proposals out of {}",
    "meeting.unlocked": "let proposals fill {} again",
    "meeting.rederived": "set {} by new time zone rules",
    "talk.scheduled": "gave {} a place",
    "talk.moved": "moved {}",
    "talk.replaced": "replaced {}",
    "talk.withdrawn": "took {} off the programme",
    "talk.declined": "said that the speaker can’t give {}",
    "talk.taken_up": "took up {}",
    "talk.lengthened": "changed the minutes of {}",
    "talk.corrected": "corrected {}",
    "draft.changed": "changed the draft of the programme",
    "draft.undone": "took a step of the draft back",
    "programme.published": "published the programme",
    "reading.added": "added reading to {}",
    "reading.removed": "removed reading from {}",
    "material.added": "added material to {}",
    "material.removed": "removed material from {}",
    "import.made": "imported sessions",
    "import.undone": "took an import back",
}
"""By kind of record; ``{}`` is where the thing stands, linked."""


def words_of(what: str) -> str:
    """The words for a kind of record.  Raises UnknownDeed."""
    try:
        return WORDS[what]
    except KeyError:
        raise UnknownDeed(f"{what} has no words: write a line in access/deeds.py.") from None
