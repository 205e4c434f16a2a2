"""What every Closeloop service stands on: work, journal, hearing, clock, packs, people, pages."""
