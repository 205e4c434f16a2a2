"""What no longer changes is counted once: sums beside the facts, kept in the same transaction, so that they agree."""
