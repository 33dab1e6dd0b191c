"""What describes a face in numbers: the built-in networks, an operator's own. No identity here."""
