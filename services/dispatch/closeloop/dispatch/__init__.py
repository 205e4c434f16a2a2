"""Who must do what by when, on which form, signed by whom."""
