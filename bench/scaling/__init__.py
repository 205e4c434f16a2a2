"""What so many cases per second need: a model, the figures it stands on, and a simulation that checks it."""
