"""The desk: its pages as people of each role see them."""
