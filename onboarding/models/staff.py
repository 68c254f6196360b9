"""Staff accounts and their roles; signing in is Flask-Security's work."""

from flask_security import RoleMixin, UserMixin, verify_password
from sqlalchemy import Boolean, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.policy.access import roles_in_force
from onboarding.policy.vocabulary import Role

staff_role = Table(
    "staff_role",
    Base.metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class RoleRecord(Base, RoleMixin):
    """One role of policy/vocabulary, as a row."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    description: Mapped[str] = mapped_column(String(200), default="")


class Staff(Base, UserMixin):
    """A person of the plan who signs in. `npi`: a clinician's own, which keeps that person out of the own file."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(255), unique=True)
    npi: Mapped[str] = mapped_column(String(10), default="", server_default="", index=True)
    password: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    roles: Mapped[list[RoleRecord]] = relationship(  # type: ignore[assignment]
        secondary=staff_role, lazy="selectin", order_by=RoleRecord.id
    )

    def verify_and_update_password(self, password: str) -> bool:
        """Is this the password? Signing in only reads: a hash is renewed when the password is changed."""
        return bool(verify_password(password, self.password))

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles this account acts with, as words of the policy."""
        return roles_in_force(self.roles_given)

    @property
    def roles_given(self) -> frozenset[Role]:
        """The roles the account has in the table, in force or not."""
        return frozenset(Role(role.name) for role in self.roles)
