// Door of SQLite.
