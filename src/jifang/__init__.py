"""jifang: what security equipment really does becomes evidence, what the law asks becomes data."""
