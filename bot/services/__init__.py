"""What the product does, one verb-noun file each."""
