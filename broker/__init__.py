"""The visit on paper: people, the visit and its life cycle, slots, storage, mail, admission, closing."""
