"""Large problems in parts: what may be searched apart, the problem of each part, and the roster of all of them."""
