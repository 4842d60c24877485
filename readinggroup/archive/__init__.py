"""The archive: every session ever held, its talks, speakers and reading, found in seconds."""
