"""What is kept with a balance: parts and money, moved between holders by postings that always have both sides."""
