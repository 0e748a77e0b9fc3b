// Door of Replay.
