"""One module a page: its routes, what it shows, and the forms that it takes."""
