"""Messages that are owed to people: written with what they tell, sent later."""
