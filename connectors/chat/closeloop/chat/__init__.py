"""A connector: tasks told to the chat groups of desks."""
