"""Files that people put on the site: checked, kept, shown to whom what they belong to is shown, and swept."""
