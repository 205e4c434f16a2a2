"""Steps: what people do with one duty, and what each step entails."""
