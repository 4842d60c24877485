"""One person across all rooms: what is theirs, taking it along, and deleting their account."""
