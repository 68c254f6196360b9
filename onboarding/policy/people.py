"""Who acts: a member of staff, the applicant, or the clock."""

from dataclasses import dataclass

from onboarding.policy.vocabulary import Role


@dataclass(frozen=True)
class Actor:
    """Somebody who takes a step. Staff have an id; the applicant and the clock have only a name and their role."""

    id: int | None
    name: str
    roles: frozenset[Role]

    @property
    def role_text(self) -> str:
        """The roles as one line of text, in the order of the vocabulary."""
        return ", ".join(role.value for role in Role if role in self.roles)


def applicant(name: str) -> Actor:
    """The applicant, by the name typed on the form."""
    return Actor(None, name or "Applicant", frozenset({Role.APPLICANT}))


CLOCK = Actor(None, "Clock", frozenset({Role.CLOCK}))
