"""What pages share: forms, headers, error pages, words and drawings."""
