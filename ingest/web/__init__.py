"""Pages from the web: which there are, and their bytes, fetched without harm to this machine, its network or a site."""
