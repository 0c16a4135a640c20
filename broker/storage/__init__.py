"""The durable store: `broker.storage.database` opens it, `broker.storage.unit` is what one transaction offers.

Nothing is imported here: the features' own stores build on the tables in `broker.storage.models`, and the unit of work
on the features' stores.
"""
