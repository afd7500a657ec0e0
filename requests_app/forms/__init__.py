from requests_app.forms.problems import problems_of
from requests_app.forms.report import DetailsForm, WhatForm, WhereForm

__all__ = ["DetailsForm", "WhatForm", "WhereForm", "problems_of"]
