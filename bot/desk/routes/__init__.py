"""The pages, one file per subject. Each function takes a visit and returns a response; it runs in a worker thread."""
