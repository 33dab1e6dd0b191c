"""The one box: finds what a person may see, and answers sums."""
