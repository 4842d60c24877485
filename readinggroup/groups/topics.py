"""Topics by which a group's talks and pitches are found: found again when they are typed once more, made when new."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from readinggroup.db import db
from readinggroup.models import Group, Topic
from readinggroup.text.slugs import slugify

LONGEST_TOPIC = 80


def topics_named(group: Group, names: Iterable[str]) -> list[Topic]:
    """The group's topics called ``names``, each once, by name; new ones where there are none.

    Upper and lower case, accents and spaces make no other topic.
    """
    wanted = {slugify(name): " ".join(name.split())[:LONGEST_TOPIC].rstrip() for name in reversed([*names])}
    there = _by_slug(group, wanted)
    if wanted.keys() - there.keys():
        # Two requests that name a new topic at once wait for each other here, and the second finds the first's.
        db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update(key_share=True))
        there = _by_slug(group, wanted)
        for slug in wanted.keys() - there.keys():
            there[slug] = Topic(group_id=group.id, slug=slug, name=wanted[slug])
            db.session.add(there[slug])
        db.session.flush()
    return sorted(there.values(), key=lambda topic: topic.name)


def topics_of(group: Group) -> Sequence[Topic]:
    """The group's topics, by name."""
    return db.session.scalars(select(Topic).where(Topic.group_id == group.id).order_by(Topic.name)).all()


def _by_slug(group: Group, slugs: Iterable[str]) -> dict[str, Topic]:
    found = db.session.scalars(select(Topic).where(Topic.group_id == group.id, Topic.slug.in_(list(slugs))))
    return {topic.slug: topic for topic in found}
