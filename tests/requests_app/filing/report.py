"""A test client that fills in the report form step by step."""

from uuid import UUID

from tests.visitors import browser

HERE = {"latitude": "34.011800", "longitude": "-118.491700", "text": "City Hall"}


class Report:
    """One report by one person; each method posts one step and returns the response."""

    def __init__(self, name="ana", client=None, draft_id=None):
        self.client = client or browser(name)
        self.draft_id = draft_id or UUID(self.client.get("/report/").url.split("/")[2])

    def url(self, step):
        return f"/report/{self.draft_id}/{step}/"

    def get(self, step, **query):
        return self.client.get(self.url(step), query)

    def post(self, step, **given):
        return self.client.post(self.url(step), given)

    def post_category(self, category="graffiti-public", **given):
        return self.post("what", category=category, **given)

    def post_location(self, **given):
        return self.post("where", **(given or HERE))

    def post_details(self, **given):
        """Post the details with the answer for graffiti; other categories ignore it."""
        return self.post("details", **{"answer-hate": "no", **given})

    def post_review(self):
        return self.post("check")

    def walk_to(self, step, category="graffiti-public"):
        """Post valid data for all steps before `step`."""
        steps = {
            "where": lambda: self.post_category(category),
            "details": self.post_location,
            "check": self.post_details,
        }
        for name, act in steps.items():
            response = act()
            assert response.status_code == 302, response.text
            assert response.url == self.url(name)
            if name == step:
                return self
        return self
