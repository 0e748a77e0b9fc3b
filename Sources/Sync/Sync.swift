// Door of Sync.
