"""What is said to a customer and by them: written down in its order, answered, made clear first, and filed."""
