"""HTTP API, staff chat, researcher pages, widget, command line."""
