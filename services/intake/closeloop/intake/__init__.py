"""The desk: receives, registers, assesses, opens rounds and closes."""
