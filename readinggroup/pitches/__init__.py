"""Pitches: talks that members offer to give, from the first draft to the round that votes on them."""
