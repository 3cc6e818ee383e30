"""
The interview: what is still missing, what an answer means, what to say next.

Pure. Rasa decides what a message is (bot/understanding), this room decides what it changes,
`data/responses` holds every word that is said.
"""
