"""Training: who needs which session by when, its place in the roster, its cost in service, and the day it is done."""
