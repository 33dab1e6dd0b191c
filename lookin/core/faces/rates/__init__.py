"""Which distance means which rate of errors, for one recogniser. Only numbers; no faces here."""
