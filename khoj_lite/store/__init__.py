"""Everything on disk. SQLite is the truth; the full-text and vector indexes are derived from it."""
