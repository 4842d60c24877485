"""The front pages: what comes next, what was lately, and how to take part."""
