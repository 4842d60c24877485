"""Voting: rounds, ballots, the count, and the results that anybody can recount."""
