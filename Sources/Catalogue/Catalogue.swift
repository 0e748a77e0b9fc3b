// Door of Catalogue.
