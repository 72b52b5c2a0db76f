"""The routes of the HTTP server, one module per noun."""
