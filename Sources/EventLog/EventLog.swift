// Door of EventLog.
