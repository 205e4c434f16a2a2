"""The procedure of a property management centre for complaints and repair requests, as data."""
