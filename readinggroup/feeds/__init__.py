"""What other programs read of a group: its calendar, its news, its pictures, and the map of its pages."""
