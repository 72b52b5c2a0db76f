"""The library (truth), passages, embedding, vector and keyword search, fusion."""
