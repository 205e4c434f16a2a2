"""A connector: sheets and lists as Excel files."""
