"""Writing the archive: recaps and their drafts, versions of texts, and links that don't answer any more."""
