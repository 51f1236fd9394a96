"""`gallery stripe-sandbox`."""

import os
import signal
import threading
from types import FrameType

import click

from gallery.demo.stripe_sandbox import server


@click.command("stripe-sandbox")
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback only.")
@click.option("--port", default=8001, show_default=True, help="0 takes a free port.")
@click.option("--webhook", "webhook_url", help="The shop's address for events, on this machine.")
@click.option("--secret", default="whsec_practice", show_default=True, help="What the events are signed with.")
@click.option("--state", default=":memory:", show_default=True, help="A file to remember everything in.")
@click.option("--switch", "switches", multiple=True, metavar="NAME=VALUE", help="As STRIPE_SANDBOX_<NAME>.")
def stripe_sandbox(
    host: str, port: int, webhook_url: str | None, secret: str, state: str, switches: tuple[str, ...]
) -> None:
    """Answer Stripe's API with play money, on this machine only, until Ctrl-C."""
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    try:
        stand_in = server.build(
            host=host,
            port=port,
            webhook_url=webhook_url,
            webhook_secret=secret,
            state=state,
            environment=os.environ,
        )
        stand_in.sandbox.change_switches(dict(one.split("=", 1) for one in switches))
    except server.Refused as refused:
        raise click.ClickException(str(refused)) from refused
    except ValueError as error:
        raise click.UsageError(f"--switch: {error}") from error
    except (OSError, SystemExit) as error:
        # werkzeug ends the process itself, after a sentence, when the port is taken
        raise click.ClickException(f"Port {port} on {host} is in use by another program.") from error
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    stand_in.start()
    click.echo(f"Stripe sandbox on {stand_in.url} (play money; switches on its first page)")
    while not ended.wait(1):
        pass
    stand_in.stop()
