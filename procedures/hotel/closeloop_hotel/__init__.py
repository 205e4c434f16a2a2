"""The procedure of a hotel for guest complaints at the front desk, as data."""
