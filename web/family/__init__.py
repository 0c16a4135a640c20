"""The family's pages: from the link in the mail, or the number typed by hand, to the call."""
