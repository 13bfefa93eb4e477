"""gospub: a nightly census of public bodies' official pages in social networks."""
