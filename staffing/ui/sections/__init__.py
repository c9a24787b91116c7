"""Parts of pages: each function draws one block out of values it is given."""
