// Runs the command that the command line names.

import Glibc

// A reader of our output that went away is seen by `write`, not by a signal.
signal(SIGPIPE, SIG_IGN)
exit(Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
