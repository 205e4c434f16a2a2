"""What is given to customers: payments, held against the ceilings of those who give them."""
