"""The planner's app: ``streamlit run app.py``. The same as ``staffing serve``."""

import runpy

from staffing.ui import app_file

runpy.run_path(str(app_file()), run_name="__main__")
