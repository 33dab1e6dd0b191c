"""Search as you type: what people type, as it is typed, in Korean and English. Knows no index."""
