"""Files into the library: reading, cleaning, language, splitting."""
