// Door of Node.
