"""PDF through PDFium: opening, what is visible on a page, its lines, and text recognition for scans."""
