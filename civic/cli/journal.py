# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic journal`: seal, publish and verify the record of acts."""

from pathlib import Path

import click
from flask import current_app

from civic.cli.application import build
from civic.clock import now
from civic.db.session import db, write
from civic.journal.findings import Report
from civic.journal.heads import FILE, Head, current_head, heads_in_file, parse_head
from civic.journal.jobs import publish_daily_head
from civic.journal.sealer import seal
from civic.journal.verify import KeptHead, verify
from civic.keys import current_keys


@click.group()
def journal() -> None:
    """The sealed record of acts."""


@journal.command("seal")
@click.pass_context
def seal_command(context: click.Context) -> None:
    """Seal now every entry that waits; exit 1 when some are refused because they do not carry the portal's mark."""
    with build(context).app_context():
        total, refused = 0, []
        while True:
            with write() as session:
                done = seal(session, now(), whole=True)
            total, refused = total + done.sealed, done.refused
            if not done.sealed:
                break
        if not done.leased:
            click.echo("Another sealer is at work: nothing to do here.")
            return
        click.echo(f"{total} entries sealed.")
        if refused:
            click.echo(f"{len(refused)} refused, the first ones: {refused[:20]}. Run: civic journal verify", err=True)
            context.exit(1)


@journal.command("head")
@click.option("--publish", is_flag=True, help="Publish it now, as each day's job does.")
@click.pass_context
def head_command(context: click.Context, publish: bool) -> None:
    """Print the head, SEQ:DIGEST. Keep it outside this machine: verify will compare."""
    with build(context).app_context():
        if publish:
            with write() as session:
                publish_daily_head(session, now())
        head = current_head(db.session())
        if head is None:
            click.echo("Nothing is sealed yet.", err=True)
            context.exit(1)
        click.echo(str(head))


@journal.command("verify")
@click.option("--head", "kept", multiple=True, metavar="SEQ:DIGEST", help="A head kept outside; may be repeated.")
@click.option("--since", type=click.IntRange(min=1), default=1, help="Check seals from this number on (default: all).")
@click.pass_context
def verify_command(context: click.Context, kept: tuple[str, ...], since: int) -> None:
    """Name every entry altered, removed or inserted; exit 1 when something is found."""
    outside = [_kept(text) for text in kept]
    with build(context).app_context():
        in_file = [KeptHead(head, FILE) for head in heads_in_file(Path(current_app.instance_path)) if head.seq >= since]
        report = verify(db.session(), current_keys().journal, [*outside, *in_file], since=since)
        _print(report)
    if not outside:
        click.echo("No head kept outside was given (--head SEQ:DIGEST): someone who holds this whole machine, keys")
        click.echo(
            "included, could have rewritten everything. Compare with a head published on /journal and saved elsewhere."
        )
    if not report.is_sound:
        context.exit(1)


def _kept(text: str) -> KeptHead:
    """A head of the command line."""
    try:
        return KeptHead(parse_head(text), "--head")
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--head") from error


def _print(report: Report) -> None:
    """What was checked, what was found."""
    for finding in report.findings:
        click.echo(f"{finding.code}: {finding}")
    if report.total > len(report.findings):
        click.echo(f"… and {report.total - len(report.findings)} more findings.")
    span = f", {report.first} to {report.last}" if report.seals else ""
    click.echo(f"{report.seals} seals checked{span}; {report.heads} kept heads compared; {report.erased} texts erased.")
    if report.last is not None:
        click.echo(f"Head: {Head(report.last, report.last_digest)}")
    if report.unsealed and report.oldest_unsealed:
        oldest = report.oldest_unsealed.isoformat(sep=" ", timespec="seconds")
        click.echo(
            f"{report.unsealed} entries wait for a seal, the oldest since {oldest}: their removal would not show."
        )
    if report.seals and report.counts["forged"] == report.seals:
        click.echo("Every entry fails: keys/journal.key is perhaps not the key this journal was written with.")
    click.echo("The journal is sound." if report.is_sound else f"This journal is not sound: {report.total} findings.")
