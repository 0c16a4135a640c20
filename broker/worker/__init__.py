"""The worker: sends what is in the outbox, puts what rooms tell on paper, closes what nobody closed."""

from broker.worker.process import main, serve

__all__ = ["main", "serve"]
