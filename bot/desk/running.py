"""The desk as a process of its own."""

import uvicorn

from bot.bootstrap import build_services
from bot.desk.application import build_desk
from bot.settings import Settings


def run_desk(settings: Settings) -> None:
    """Serve the desk until SIGTERM or SIGINT."""
    services = build_services(settings)
    config = uvicorn.Config(
        build_desk(services),
        host=settings.desk_host,
        port=settings.desk_port,
        log_level="warning",
        access_log=False,  # addresses of pages hold one-use tokens
        server_header=False,
        proxy_headers=settings.desk_url is not None,
        forwarded_allow_ips="127.0.0.1",
    )
    uvicorn.Server(config).run()
    services.database.close()
