"""Who somebody is in the group, and what the co-leads alone do."""

from readinggroup.access.actor import Actor


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
