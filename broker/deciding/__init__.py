"""Deciding about visits: what a superintendent, a family and the worker do to a request and to an approved visit.

approving.py    approve, approve_all             flags.py      why a request needs a look
cancelling.py   cancel, reschedule, close, …     matching.py   whom a family means
case.py         load_case                        queue.py      load_queue, load_reviews
families.py     withdraw, change, answer         refusing.py   refuse, ask, escalate, lapse
reviews.py      for_inmate, for_block, forbid, …  store.py      decisions and reviews on paper

Every use case is one transaction: the visit's lock first, then the inmate's, then the terminal's; the letters stand in
the outbox when it commits. Whoever calls wakes the worker afterwards.
"""
