"""Groups: their front pages, members and rhythm."""
