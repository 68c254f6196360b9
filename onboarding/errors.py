"""The ways we say no. Doors turn these into pages, exit codes and log lines; nobody else catches them."""


class OnboardingError(Exception):
    """A refusal in plain English, fit to be shown to the person who asked."""

    status_code = 400

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class NotFound(OnboardingError):
    """There is no such thing, or it is not yours: the answer is the same."""

    status_code = 404


class NotAllowed(OnboardingError):
    """You are known, and your role does not do this."""

    status_code = 403


class NotReady(OnboardingError):
    """The step exists and is yours, but something stands in the way: the reasons say what."""

    status_code = 409

    def __init__(self, reasons: list[str] | tuple[str, ...]):
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)


class Conflict(OnboardingError):
    """Somebody else changed this in the meantime; nothing was overwritten."""

    status_code = 409


class BadFile(OnboardingError):
    """An uploaded or imported file that cannot be taken, and what to do about it."""

    status_code = 422


class BadInput(OnboardingError):
    """Something typed that cannot be taken; `fields` maps the field to its message."""

    status_code = 422

    def __init__(self, message: str, fields: dict[str, str] | None = None):
        super().__init__(message)
        self.fields = fields or {}
