"""The words of all staff pages for what is stored as ids."""
