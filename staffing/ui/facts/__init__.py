"""What the pages show, worked out of a plan by pure functions: no Streamlit here."""
