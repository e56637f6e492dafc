# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic user`: the first administrator, and others from the machine itself."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from civic.cli.application import build, config_of
from civic.clock import now
from civic.db.session import db, write
from civic.people.models import Account, RoleGrant
from civic.people.roles import account_for, grant_role
from civic.permissions.actor import ROLES, SYSTEM, Grant
from civic.permissions.decision import Refused


@click.group()
def user() -> None:
    """Accounts of the portal."""


@user.command("create")
@click.option("--email", required=True, help="Address that receives the sign-in codes.")
@click.option("--name", default="", help="First name and surname, when the address is new.")
@click.option("--role", type=click.Choice(ROLES), help="Role on the whole portal; none: a resident.")
@click.option("--title", default="", help='Function shown under answers, as "adjointe à la voirie".')
@click.pass_context
def create(context: click.Context, email: str, name: str, role: str | None, title: str) -> None:
    """Make an account, or find the one of this address, and grant it a role. It then signs in with a code."""
    app = build(context)
    with app.app_context():
        try:
            with write() as session:
                account = account_for(session, email, name, language=config_of(app).default_language, at=now())
                if role is not None:
                    grant_role(session, SYSTEM, account.id, Grant(role), title=title, at=now())
                number = account.id
        except Refused as error:
            raise click.ClickException(" ".join(str(refusal) for refusal in error.refusals)) from error
    click.echo(f"Account {number}: {email}{f', {role}' if role else ''}. Sign in at {config_of(app).base_url}/sign-in")


@user.command("list")
@click.option("--staff", is_flag=True, help="Those who hold a role only.")
@click.pass_context
def list_command(context: click.Context, staff: bool) -> None:
    """List open accounts with their roles."""
    with build(context).app_context():
        session = db.session()
        held = _roles(session)
        query = select(Account).options(joinedload(Account.person)).where(Account.closed_at.is_(None))
        for account in session.scalars(query.order_by(Account.id)):
            roles = held.get(account.id, [])
            if roles or not staff:
                click.echo(
                    f"{account.id:>6}  {account.email:<40}  {account.person.display_name:<30}  {', '.join(roles)}"
                )


def _roles(session: Session) -> dict[int, list[str]]:
    """Open roles by account, with their scope."""
    found: dict[int, list[str]] = {}
    for grant in session.scalars(select(RoleGrant).where(RoleGrant.ended_at.is_(None)).order_by(RoleGrant.id)):
        scope = f" ({grant.module or 'space'} {grant.space_id or ''})" if grant.module or grant.space_id else ""
        found.setdefault(grant.account_id, []).append(f"{grant.role}{scope.replace(' )', ')')}")
    return found
