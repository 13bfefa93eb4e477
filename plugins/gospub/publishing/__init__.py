"""Publication: what the gate let through moves from staging to history, in one transaction with its bookkeeping."""

from gospub.publishing.publication import publish_night

__all__ = ["publish_night"]
