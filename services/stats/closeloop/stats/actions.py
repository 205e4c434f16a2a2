"""What people do here: nothing yet. Figures come from what is heard, so nobody can change one by hand."""
