"""What is true of votes, seasons, programmes and dates: pure functions on the standard library alone."""
