from requests_app.forms.report import DetailsForm, WhatForm, WhereForm

__all__ = ["DetailsForm", "WhatForm", "WhereForm"]
