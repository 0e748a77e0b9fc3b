// Door of Views.
