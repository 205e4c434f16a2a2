"""What the Closeloop services tell each other: events, vocabulary, the schema of a procedure pack."""
