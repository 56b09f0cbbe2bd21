"""
Render docs/reference.md from the code and the template.

    sections -> page -> docs/reference.md

Each module of `sections` reads one kind of names from its only definition. `page` puts the sections together and links
the names in their texts. `make docs` writes the page, and `make lint` compares it with the code.
"""
