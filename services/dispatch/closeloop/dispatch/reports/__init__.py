"""Reports of nonconformities."""
