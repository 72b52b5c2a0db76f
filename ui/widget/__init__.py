"""The help widget that public websites embed, the words it speaks and a page that shows it."""
