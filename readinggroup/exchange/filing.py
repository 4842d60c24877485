"""The rows of an import on their way into the database: in bulk, table by table, and remembered for the undo."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select

from readinggroup.db import Base, db
from readinggroup.groups.speakers import fold_name, kept_of, speaker_named
from readinggroup.models import (
    Group,
    Import,
    ImportedThing,
    Material,
    Meeting,
    Place,
    Reading,
    Speaker,
    Talk,
    TalkSpeaker,
    TalkTopic,
    Topic,
)
from readinggroup.text.slugs import FALLBACK, slugify

MOST_REMEMBERED = 5_000
"""Names that are remembered from one batch to the next, so that memory doesn't grow with the file."""


class Filing:
    """Takes rows in, and writes those of one table together.  ``count`` is how many things were made or changed."""

    def __init__(self, group: Group, run: Import) -> None:
        self.group, self._run_id = group, run.id
        self.count = 0
        self.new_meetings: list[Meeting] = []
        self.places: list[Place] = []
        self.replaced: list[tuple[Talk, Talk]] = []
        self._talks: list[tuple[Talk, Sequence[str], Sequence[str]]] = []
        self._parts: list[tuple[Talk | Meeting, Reading | Material]] = []
        self._things: list[dict[str, Any]] = []
        self._speakers: dict[str, int] = {}
        self._topics: dict[str, int] = {}
        self._hash = sha256()

    def change(self, row: Base, **before: Any) -> None:
        """Remember what stood in ``row`` before it is changed."""
        self._remember(row, before)

    def put_talk(self, talk: Talk, speakers: Sequence[str], topics: Sequence[str]) -> None:
        """Take a new talk in, with the names of its speakers and topics."""
        self._talks.append((talk, speakers, topics))
        self.count += 1

    def put_part(self, of: Talk | Meeting, part: Reading | Material) -> None:
        """Take in what belongs to a talk or a meeting."""
        self._parts.append((of, part))
        self.count += 1

    def file_meetings(self) -> None:
        """Write the new meetings, so that they have their ids."""
        self._write(self.new_meetings)
        self.new_meetings = []

    def file_all(self) -> None:
        """Write everything that was taken in, and let go of it."""
        db.session.add_all(self.places)
        db.session.flush()
        self.count -= len(self._talks) + len(self._parts)
        self._write([talk for talk, _, _ in self._talks])
        self._write_speakers()
        self._write_topics()
        for of, part in self._parts:
            if isinstance(of, Talk):
                part.talk_id = of.id
            elif isinstance(part, Material):
                part.meeting_id = of.id
        self._write([part for _, part in self._parts if isinstance(part, Reading)])
        self._write([part for _, part in self._parts if isinstance(part, Material)])
        for talk, by in self.replaced:
            talk.replaced_by_id = by.id
        db.session.flush()
        if self._things:
            db.session.execute(insert(ImportedThing), self._things)
        self._let_go()

    def digest(self) -> str:
        """A digest of everything that was made."""
        return self._hash.hexdigest()

    def _let_go(self) -> None:
        self.places, self.replaced, self._talks, self._parts, self._things = [], [], [], [], []
        for row in list(db.session.identity_map.values()):
            if row in db.session and isinstance(
                row, Meeting | Place | Talk | Reading | Material | Speaker | Topic
            ):
                db.session.expunge(row)
        for names in (self._speakers, self._topics):
            if len(names) > MOST_REMEMBERED:
                names.clear()

    def _write(self, rows: Sequence[Any]) -> None:
        if rows:
            db.session.add_all(rows)
            db.session.flush()
            for row in rows:
                self._remember(row, None)

    def _remember(self, row: Any, before: dict[str, Any] | None) -> None:
        self.count += 1
        self._hash.update(f"{row.__tablename__}:{row.id}\n".encode())
        thing = {"import_id": self._run_id, "thing": row.__tablename__, "thing_id": row.id, "before": before}
        self._things.append(thing)

    # --- Names --------------------------------------------------------------------------------------

    def _write_speakers(self) -> None:
        wanted = dict.fromkeys(
            name for _, names, _ in self._talks for name in names if any(map(str.isalpha, name))
        )
        self._learn_speakers(" ".join(name.split())[:120].rstrip() for name in wanted)
        rows = []
        for talk, names, _ in self._talks:
            ids = [
                self._speakers[fold_name(" ".join(n.split())[:120].rstrip())] for n in names if n in wanted
            ]
            for position, speaker_id in enumerate(dict.fromkeys(ids), start=1):
                rows.append({"talk_id": talk.id, "speaker_id": speaker_id, "position": position})
        if rows:
            db.session.execute(insert(TalkSpeaker), rows)

    def _learn_speakers(self, names: Iterable[str]) -> None:
        """Find or make the speakers whose ids aren't known yet."""
        new: dict[str, str] = {}
        for name in names:
            if fold_name(name) not in self._speakers:
                new.setdefault(fold_name(name), name)
        slugs = {folded: slugify(name) for folded, name in new.items()}
        query = select(Speaker).where(
            Speaker.group_id == self.group.id, Speaker.slug.in_(set(slugs.values()))
        )
        there = {speaker.slug: speaker for speaker in db.session.scalars(query)}
        plain: dict[str, Speaker] = {}
        for folded, name in new.items():
            slug = slugs[folded]
            speaker = there.get(slug)
            if speaker is not None and fold_name(speaker.name) == folded:
                self._speakers[folded] = kept_of(speaker).id
            elif speaker is None and slug != FALLBACK and slug not in plain:
                plain[slug] = Speaker(group_id=self.group.id, slug=slug, name=name)
        self._write(list(plain.values()))
        self._speakers |= {fold_name(speaker.name): speaker.id for speaker in plain.values()}
        for name in (name for folded, name in new.items() if folded not in self._speakers):
            found = speaker_named(self.group, name)  # A namesake, or a name that no slug can be made of.
            if found.id is None:
                self._write([found])
            self._speakers[fold_name(name)] = found.id

    def _write_topics(self) -> None:
        named = {slugify(name): name for _, _, names in self._talks for name in reversed(names)}
        new = [slug for slug in sorted(named) if slug not in self._topics]
        query = select(Topic.slug, Topic.id).where(Topic.group_id == self.group.id, Topic.slug.in_(new))
        self._topics |= {row.slug: row.id for row in db.session.execute(query)}
        made = [
            Topic(group_id=self.group.id, slug=slug, name=named[slug][:80])
            for slug in new
            if slug not in self._topics
        ]
        self._write(made)
        self._topics |= {topic.slug: topic.id for topic in made}
        rows = [
            {"talk_id": talk.id, "topic_id": topic_id}
            for talk, _, names in self._talks
            for topic_id in dict.fromkeys(self._topics[slugify(name)] for name in names)
        ]
        if rows:
            db.session.execute(insert(TalkTopic), rows)
