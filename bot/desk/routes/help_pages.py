"""Help: one page for everybody, one for each role, with pictures of the pages themselves."""

from pathlib import Path

from starlette.responses import Response

from bot.desk.visit import Visit
from bot.errors import NotFoundError
from bot.states import Role

PICTURES = Path(__file__).parent.parent / "static" / "help"
GUIDES = {
    "volunteers": Role.VOLUNTEER,
    "translators": Role.TRANSLATOR,
    "editors": Role.EDITOR,
    "admins": Role.ADMIN,
}


def show_help(visit: Visit) -> Response:
    """Show how to get in and where the guides are, the one for the person's own role first."""
    own = next(name for name, role in GUIDES.items() if role is visit.signed_in.role)
    return visit.render("help.html", guides=[own, *(name for name in GUIDES if name != own)], own=own)


def show_guide(visit: Visit) -> Response:
    """Show how the work of a role is done, step by step."""
    name = visit.param("guide")
    if name not in GUIDES:
        raise NotFoundError("there is no such guide")
    return visit.render(f"help_{name}.html", pictures=find_pictures(visit.language))


def find_pictures(language: str) -> frozenset[str]:
    """Return the names of the pictures there are in a language: docs/desk_pictures.py makes them."""
    return frozenset(path.name.removesuffix(f"-{language}.png") for path in PICTURES.glob(f"*-{language}.png"))
