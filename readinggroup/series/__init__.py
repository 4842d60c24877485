"""Named runs of sessions and talks: how co-leads make, fill, order and end them."""
