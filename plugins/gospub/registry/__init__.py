"""The registry: which public bodies there are, what the law asks of them, and which pages are theirs, on any day."""

from gospub.registry.importing import import_registry
from gospub.registry.names import store_resolution, unresolved_pages
from gospub.registry.report import ImportReport, Rejection

__all__ = ["ImportReport", "Rejection", "import_registry", "store_resolution", "unresolved_pages"]
