"""Answers from the notes. `run.Chat` is the door; the rest are its pure steps."""
