"""Same problem: callbacks about one and the same problem are answered once, if wanted by a public letter."""
