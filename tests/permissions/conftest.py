from tests.permissions.everybody import cast

__all__ = ["cast"]
