"""All Closeloop services in one process with an embedded broker."""
