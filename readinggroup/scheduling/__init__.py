"""The programme: sessions ahead, the talks in them, changes of plan, and what became of them."""
