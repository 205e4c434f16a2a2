"""What Closeloop brings along, so that one machine is enough: a broker, and a PostgreSQL for tests and benches."""
