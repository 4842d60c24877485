"""A season in figures, for co-leads: what came in time, who spoke, who voted, and how long pitches waited."""
