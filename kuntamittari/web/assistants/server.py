"""The server of the Model Context Protocol over the official SDK: tools that only read, over HTTP and standard input.

Importing this takes two seconds, so `door` does it when an assistant first asks.
"""

import inspect
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from functools import partial
from typing import Annotated, Any, Literal, TypeVar

import anyio.to_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import BeforeValidator, Field, ValidationError
from starlette.applications import Starlette

from kuntamittari import __version__, settings
from kuntamittari.errors import DataError, InputError
from kuntamittari.i18n import Translator
from kuntamittari.web.api import addresses
from kuntamittari.web.api.pages import Pages
from kuntamittari.web.assistants import arguments, tools
from kuntamittari.web.budgets.readers import who
from kuntamittari.web.budgets.work import COMPUTATIONS, BusyError

INSTRUCTIONS = """\
Official figures of Finnish municipalities (costs, outcomes, structure) as comparable indicators with peers, ranks and
their uncertainty. Call find_indicator and find_municipality when unsure of a name. Quote a figure with its unit, year,
source and link, a rank with its interval and n. A difference in cost is a question, not a saving: never call a cheaper
municipality better or more efficient. Figures are null where a reason says why: do not fill them in. Nothing here is
about persons, single schools or care homes, forecasts of budgets, or countries other than Finland."""
LOCAL = ("127.0.0.1", "localhost", "[::1]")
READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

Lang = Annotated[
    Literal["fi", "sv", "en"],
    BeforeValidator(arguments.language),
    Field(description="Language of names, units and texts"),
]
Municipality = Annotated[
    str,
    BeforeValidator(arguments.text),
    Field(description="Code of three digits, or name in any language", max_length=80),
]
IndicatorName = Annotated[str, Field(description="Id, or everyday words that mean one indicator", max_length=120)]
Year = Annotated[int | None, Field(description="Without it, the newest with figures", ge=1990, le=2100)]
GroupName = Annotated[
    str | None,
    Field(
        description="largest-20, all, similar, neighbours, region-06, size-3, …; without it largest-20 for its "
        "members, else similar",
        max_length=40,
    ),
]
Service = Annotated[
    str | None, Field(description="Service id such as basic_education, or an indicator", max_length=120)
]
Words = Annotated[str, Field(description="Words in Finnish, Swedish or English", max_length=80)]
Asks = Context[Any, Any]
Tool = TypeVar("Tool", bound=Callable[..., Awaitable[str]])


class Server(MCPServer[Any]):
    """The server of the SDK with refusals in our own words."""

    async def call_tool(
        self, name: str, given: dict[str, Any], context: Asks | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Return the answer of a tool. Raises ToolError with one sentence, and near names where a name is not known."""
        known = {tool.name: list(tool.parameters["properties"]) for tool in self._tool_manager.list_tools()}
        try:
            arguments.refuse_unknown(given, known[arguments.known_name("tool", name, list(known))])
            return await super().call_tool(name, given, context)
        except UnexpectedToolError:
            raise
        except InputError as error:
            raise ToolError(str(error)) from error
        except ToolError as error:
            match error.__cause__:
                case ValidationError() as cause:
                    raise ToolError(arguments.sentence(cause)) from cause
                case ToolError() as cause:
                    raise ToolError(str(cause)) from cause
            raise


def create(site: Pages | None = None) -> MCPServer[Any]:
    """Return the server with its tools; `site`: the pages that links lead to, by default those of the request."""
    server = Server(
        "kuntamittari", title="Kuntamittari", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING"
    )

    def reads(tool: Tool) -> Tool:
        """Put a tool that only reads into the server, its docstring as what assistants are told of it."""
        told = inspect.cleandoc(tool.__doc__ or "")
        return server.tool(description=told, annotations=READS, structured_output=False)(tool)

    async def answered(ctx: Asks, lang: str, tool: Callable[..., tools.Answer], *asked: Any) -> str:
        """Return the answer of a tool, made in a thread and in a place of its reader, as JSON. Raises ToolError with
        the sentence of our error, or where there is no place."""
        request: Any = ctx.request_context.request  # None over standard input, where `site` is given
        pages = site or Pages(addresses.of_service(request.scope))
        place = COMPUTATIONS.place(who(request.client.host if request.client else "")) if request else nullcontext()
        try:
            async with place:
                return tools.written(await anyio.to_thread.run_sync(partial(tool, pages, *asked, lang)))
        except (InputError, DataError) as error:
            raise ToolError(str(error)) from None
        except BusyError as error:
            raise ToolError(Translator(lang)("use.busy_own" if error.own else "use.busy", n=error.wait)) from None

    @reads
    async def find_municipality(ctx: Asks, query: Words, lang: Lang = "fi") -> str:
        """Find a municipality's code by its name in any language, a former name or a part of one. Not needed before
        other tools when the name is whole: they take names. Not for regions, wellbeing counties or places in a
        municipality."""
        return await answered(ctx, lang, tools.find_municipality, query)

    @reads
    async def find_indicator(ctx: Asks, query: Words, lang: Lang = "fi") -> str:
        """Find indicators by everyday words (school, nursery, debt): id, unit, years, source. Use it first when unsure
        what is measured. Gives no figures: use figure or compare for them."""
        return await answered(ctx, lang, tools.find_indicator, query)

    @reads
    async def figure(
        ctx: Asks,
        municipality: Municipality,
        indicator: IndicatorName,
        year: Year = None,
        group: GroupName = None,
        lang: Lang = "fi",
    ) -> str:
        """One official figure of one municipality: value with its 90 % interval, numerator and denominator, rank with
        interval and n in a group, the group's median and quartiles. Not for several municipalities at once (compare),
        and not for judging quality from a cost."""
        return await answered(ctx, lang, tools.figure, municipality, indicator, year, group)

    @reads
    async def compare(
        ctx: Asks,
        indicator: IndicatorName,
        municipalities: Annotated[
            list[Municipality],
            BeforeValidator(arguments.listed),
            Field(description="2 to 8 codes or names", min_length=2, max_length=8),
        ],
        year: Year = None,
        group: GroupName = None,
        lang: Lang = "fi",
    ) -> str:
        """Two to eight municipalities by one indicator in the same year, each with its rank and interval in a fixed
        group. Not for explaining a difference (why_dearer), and not for naming a best or worst municipality: intervals
        of ranks overlap."""
        return await answered(ctx, lang, tools.compare, indicator, municipalities, year, group)

    @reads
    async def why_dearer(
        ctx: Asks,
        municipality: Municipality,
        service: Annotated[
            str, Field(description="Service id such as basic_education, or an indicator", max_length=120)
        ],
        year: Year = None,
        group: GroupName = None,
        lang: Lang = "fi",
    ) -> str:
        """Why a service costs more or less than at the typical peer: cost per user, size of the age group, structure,
        in euros a year. Not for services whose need depends on health (care, social welfare): those are left out. The
        euros are a question to ask, not a saving that can be made."""
        return await answered(ctx, lang, tools.why_dearer, municipality, service, year, group)

    @reads
    async def peers(
        ctx: Asks,
        municipality: Municipality,
        service: Service = None,
        n: Annotated[int, Field(ge=3, le=tools.MOST_PEERS)] = 5,
        year: Year = None,
        lang: Lang = "fi",
    ) -> str:
        """The municipalities most alike by structure (size, density, age group, language, unemployment, education),
        with the distance. Not by costs: spending never defines who is a peer."""
        return await answered(ctx, lang, tools.peers, municipality, service, n, year)

    @reads
    async def gaps(
        ctx: Asks,
        municipality: Municipality,
        group: GroupName = None,
        year: Year = None,
        n: Annotated[int, Field(ge=1, le=tools.MOST_GAPS, description="Services at most")] = tools.MOST_GAPS,
        lang: Lang = "fi",
    ) -> str:
        """The services of a municipality by euros a year to the typical peer, the firm ones first. Not a list of
        savings, and not to be added up: why_dearer has the reasons of one service."""
        return await answered(ctx, lang, tools.gaps, municipality, group, year, n)

    @reads
    async def verify(
        ctx: Asks,
        claim: Annotated[
            str | None, Field(description="A sentence or a link, such as Tampere 8 529 € 2018", max_length=500)
        ] = None,
        municipality: Municipality | None = None,
        indicator: IndicatorName | None = None,
        year: Year = None,
        value: Annotated[
            str | None, BeforeValidator(arguments.text), Field(description="The figure as it is written", max_length=40)
        ] = None,
        rank: Annotated[int | None, Field(ge=1, le=400)] = None,
        group: GroupName = None,
        lang: Lang = "fi",
    ) -> str:
        """Whether a claim about one figure or rank is true, true when rounded, outdated, different, or not understood.
        Give the sentence, or municipality, indicator and value. Not for claims about changes, limits, plans, averages
        or causes."""
        return await answered(ctx, lang, tools.verify, claim, municipality, indicator, year, value, rank, group)

    @reads
    async def methods(
        ctx: Asks,
        query: Annotated[
            str | None,
            BeforeValidator(arguments.text),
            Field(description="Number of a section, or words in English", max_length=80),
        ] = None,
        lang: Lang = "en",
    ) -> str:
        """How figures, peers, ranks and their intervals are computed: a section of the methods (in English), or without
        a query the list of sections. Not for definitions of single indicators (find_indicator)."""
        return await answered(ctx, lang, tools.methods, query)

    return server


def over_http(server: MCPServer[Any]) -> Starlette:
    """Return the application of a server: stateless, answers as JSON, and only for the hosts of the settings."""
    hosts = (*LOCAL, *settings.mcp_hosts())
    names = [name for host in hosts for name in (host, f"{host}:*")]
    origins = [f"{scheme}://{name}" for scheme in ("http", "https") for name in names]
    return server.streamable_http_app(
        streamable_http_path="/",
        stateless_http=True,
        json_response=True,
        max_request_body_size=100_000,
        transport_security=TransportSecuritySettings(allowed_hosts=names, allowed_origins=origins),
    )
