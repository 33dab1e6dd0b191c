"""The history of a notebook for people: what was, who and when, side by side, and brought back."""
