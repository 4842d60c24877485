"""Who asks: the person behind a request or a command, and their place in the group at hand."""

from dataclasses import dataclass

from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.models import Membership, User


@dataclass(frozen=True)
class Actor:
    """Somebody who asks for something.  Without ``user``: a visitor, or the site by itself.

    ``is_fresh``: whether they showed just now, in this browser, that the account is theirs.
    """

    user: User | None = None
    membership: Membership | None = None
    is_fresh: bool = False

    @property
    def user_id(self) -> int | None:
        """The account's id; None for a visitor."""
        return self.user.id if self.user else None

    @property
    def name(self) -> str:
        """What to call them; empty for a visitor."""
        return self.user.name if self.user else ""

    @property
    def is_signed_in(self) -> bool:
        """Whether there is an account behind the request."""
        return self.user is not None

    @property
    def is_site_admin(self) -> bool:
        """Whether they look after the whole installation."""
        return self.user is not None and self.user.is_site_admin

    @property
    def is_applicant(self) -> bool:
        """Whether their application to the group at hand waits."""
        return self._role is Role.APPLICANT

    @property
    def is_member(self) -> bool:
        """Whether they belong to the group at hand, as a member or a co-lead."""
        return self._role in {Role.MEMBER, Role.CO_LEAD}

    @property
    def is_co_lead(self) -> bool:
        """Whether they lead the group at hand."""
        return self._role is Role.CO_LEAD

    @property
    def _role(self) -> Role | None:
        place = self.membership
        return place.role if place is not None and place.state is MembershipState.ACTIVE else None


THE_SITE = Actor()
