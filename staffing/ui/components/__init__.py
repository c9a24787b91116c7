"""Components of our own: the roster on a canvas."""
