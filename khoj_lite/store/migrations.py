"""How the database came to be what it is, step by step."""

from __future__ import annotations

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE sources (
        name TEXT PRIMARY KEY, kind TEXT NOT NULL, location TEXT NOT NULL UNIQUE,
        include TEXT NOT NULL, exclude TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'new', message TEXT NOT NULL DEFAULT '', last_indexed REAL,
        identity TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE files (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL REFERENCES sources ON DELETE CASCADE,
        path TEXT NOT NULL, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL,
        digest TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL DEFAULT '',
        message TEXT NOT NULL DEFAULT '', type TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL DEFAULT '', indexed REAL NOT NULL, UNIQUE (source, path)
    );
    CREATE INDEX files_path ON files (path);
    CREATE INDEX files_state ON files (state);
    CREATE TABLE entries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
        generation INTEGER NOT NULL, position INTEGER NOT NULL, key TEXT NOT NULL,
        type TEXT NOT NULL, title TEXT NOT NULL, outline TEXT NOT NULL, line INTEGER NOT NULL,
        end_line INTEGER NOT NULL, page INTEGER, text TEXT NOT NULL, plain TEXT,
        folded TEXT NOT NULL, tags TEXT NOT NULL, todo TEXT NOT NULL, properties TEXT NOT NULL,
        title_is_filename INTEGER NOT NULL
    );
    CREATE INDEX entries_file ON entries (file_id, position);
    CREATE INDEX entries_generation ON entries (generation);
    CREATE TABLE entry_tags (
        tag TEXT NOT NULL, entry_id INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        PRIMARY KEY (tag, entry_id)
    ) WITHOUT ROWID;
    CREATE INDEX entry_tags_entry ON entry_tags (entry_id);
    CREATE TABLE entry_dates (
        day TEXT NOT NULL, entry_id INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        kind TEXT NOT NULL, PRIMARY KEY (day, entry_id, kind)
    ) WITHOUT ROWID;
    CREATE INDEX entry_dates_entry ON entry_dates (entry_id);
    CREATE TABLE entry_properties (
        key TEXT NOT NULL, entry_id INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        value TEXT NOT NULL, PRIMARY KEY (key, entry_id)
    ) WITHOUT ROWID;
    CREATE INDEX entry_properties_entry ON entry_properties (entry_id);
    CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL,
        entry_id INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        position INTEGER NOT NULL, digest TEXT NOT NULL,
        start INTEGER NOT NULL, "end" INTEGER NOT NULL
    );
    CREATE INDEX chunks_entry ON chunks (entry_id, model, position);
    CREATE INDEX chunks_digest ON chunks (model, digest);
    CREATE TABLE embedded_entries (
        entry_id INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE, model TEXT NOT NULL,
        PRIMARY KEY (entry_id, model)
    ) WITHOUT ROWID;
    CREATE TABLE embeddings (
        model TEXT NOT NULL, digest TEXT NOT NULL, vector BLOB NOT NULL, used REAL NOT NULL,
        PRIMARY KEY (model, digest)
    ) WITHOUT ROWID;
    CREATE TABLE dropped_entries (
        entry_id INTEGER PRIMARY KEY, generation INTEGER NOT NULL
    );
    CREATE INDEX dropped_entries_generation ON dropped_entries (generation);
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL
    );
    CREATE TABLE messages (
        id TEXT PRIMARY KEY,
        conversation_id TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        position INTEGER NOT NULL, role TEXT NOT NULL, text TEXT NOT NULL, created REAL NOT NULL,
        details TEXT NOT NULL, feedback TEXT, UNIQUE (conversation_id, position)
    );
    """,
    """
    CREATE INDEX files_modified ON files (mtime_ns);
    CREATE INDEX entries_todo ON entries (todo) WHERE todo != '';
    INSERT INTO meta VALUES ('identity', lower(hex(randomblob(16))));
    """,
    """
    ALTER TABLE messages ADD COLUMN replaced REAL;
    CREATE INDEX conversations_updated ON conversations (updated);
    """,
    """
    ALTER TABLE files ADD COLUMN reader TEXT NOT NULL DEFAULT '';
    UPDATE files SET reader = ' without ocr' WHERE message LIKE '%tesseract is not installed%';
    """,
    """
    CREATE TABLE saved_searches (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, query TEXT NOT NULL UNIQUE, created REAL NOT NULL
    );
    """,
    """
    CREATE TABLE photos (
        model TEXT NOT NULL, digest TEXT NOT NULL, vector BLOB NOT NULL,
        PRIMARY KEY (model, digest)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE adapters (
        id TEXT PRIMARY KEY, created REAL NOT NULL, base_name TEXT NOT NULL,
        base_hash TEXT NOT NULL, file_hash TEXT NOT NULL, size INTEGER NOT NULL,
        rank INTEGER NOT NULL, state TEXT NOT NULL, run TEXT NOT NULL, report TEXT NOT NULL
    );
    CREATE TABLE adapter_notes (
        adapter_id TEXT NOT NULL REFERENCES adapters ON DELETE CASCADE, path TEXT NOT NULL,
        digest TEXT NOT NULL, PRIMARY KEY (adapter_id, path)
    ) WITHOUT ROWID;
    CREATE TABLE adapter_uses (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        adapter_id TEXT REFERENCES adapters ON DELETE CASCADE, used REAL NOT NULL
    );
    CREATE INDEX files_digest ON files (digest);
    """,
    """
    ALTER TABLE adapter_uses ADD COLUMN weight REAL NOT NULL DEFAULT 1;
    ALTER TABLE adapter_uses ADD COLUMN choice INTEGER NOT NULL DEFAULT 0;
    UPDATE adapter_uses SET choice = position;
    CREATE INDEX adapter_uses_choice ON adapter_uses (choice);
    CREATE INDEX adapter_uses_adapter ON adapter_uses (adapter_id);
    CREATE TABLE conversation_adapters (
        conversation_id TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        position INTEGER NOT NULL, adapter_id TEXT REFERENCES adapters ON DELETE CASCADE,
        weight REAL NOT NULL, PRIMARY KEY (conversation_id, position)
    ) WITHOUT ROWID;
    CREATE INDEX conversation_adapters_adapter ON conversation_adapters (adapter_id);
    """,
)
"""Applied in order, once each; `PRAGMA user_version` counts them. Append, never edit.

Tables WITHOUT ROWID name their key columns first and in the key's order: SQLite 3.40's
quick_check reports NULLs that are not there in any other."""
