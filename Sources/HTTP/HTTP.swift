// Door of HTTP.
