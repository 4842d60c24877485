"""Text that people write: Markdown with math made safe for a page, and names made fit for a URL."""
