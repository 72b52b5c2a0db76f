"""`missiondesk doctor`: looks at everything that the product needs, and changes nothing."""
