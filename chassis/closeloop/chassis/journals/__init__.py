"""What journals are good for: the broker's streams are filled again from them, and tables are made again."""
