"""The day of a session: its run sheet, the questions to its talks, the way in, and that it happened."""
