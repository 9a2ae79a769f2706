"""The desk: web pages for staff and volunteers."""
