// Door of Events.
