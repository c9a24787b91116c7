"""One thin file for each page, run by Streamlit as a script.

The folder is not called ``pages``: Streamlit would run the files of such a folder without the entry script.
"""
