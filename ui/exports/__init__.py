"""Documents and passages in the formats of reference managers, spreadsheets and the web of data."""
