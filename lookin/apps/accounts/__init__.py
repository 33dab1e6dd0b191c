"""People: how they sign in, the devices they trust, the faces they enrolled. No notebooks."""
