"""What other programs read of a group: its calendar."""
