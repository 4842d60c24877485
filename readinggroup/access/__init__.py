"""Who asks, what they may, and the doors that ask before anything is shown or done."""
