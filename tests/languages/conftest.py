from tests.languages.pseudo import invent

__all__ = ["invent"]
