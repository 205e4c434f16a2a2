"""The procedure of an instrument maker for after-sales service, spare parts and complaints, as data."""
