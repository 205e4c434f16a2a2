"""Who may be sent: what people have learnt, whether they passed, and the gate at assigning."""
