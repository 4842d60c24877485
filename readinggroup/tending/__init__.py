"""What co-leads look after so that nothing is forgotten: chores before and after each session, and who has them."""
