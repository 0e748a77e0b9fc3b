// Door of Web.
