"""Safekeeping: backups of a whole house as of one moment, and proof that nothing was changed unseen."""
