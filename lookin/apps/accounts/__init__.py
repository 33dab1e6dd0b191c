"""People, how they sign in, the devices they trust and the faces they enrolled. Knows no notebook."""
