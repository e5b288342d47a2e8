"""A user without a browser: Streamlit's websocket protocol, with the message classes of the installed package."""

import asyncio
import time
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash

LONGEST = 120  # seconds that a run may take
PATIENCE = 60  # seconds that a connection may take
DONE = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


class PageError(RuntimeError):
    """A run of a page that ended with an exception, or with an error drawn on the page."""


class Session:
    """One user on one page.

    Like a browser it remembers which large messages it holds, so that the server may refer to them.
    """

    def __init__(self, base: str, path: str | None = None, cookie: str = "", source: str | None = None):
        self.source = source  # the address on this machine that it comes from
        self.address, self.cookie = base.replace("http", "ws", 1) + "/_stcore/stream", cookie
        self.page = "" if path is None else calc_hash(path)
        self.held: set[str] = set()
        self.widgets: dict[str, Any] = {}  # the select boxes of the last run, by label
        self.chosen: dict[str, str] = {}  # widget → its choice
        self.fragments: dict[str, str] = {}  # widget → the part of the page that it runs alone
        self.keyed: dict[str, str] = {}  # key of a menu or button of the last run → widget
        self.opened = self.pressed = ""  # the menu and the button of the next run
        self.files: list[str] = []  # the addresses of the files that the page offers
        self.deferred: list[str] = []  # the files that the page makes when they are asked for
        self.query = self.fragment = self.repeated = self.id = ""
        self.words: list[str] = []
        self.messages = self.received = 0

    async def __aenter__(self) -> "Session":
        self.socket = await websockets.connect(
            self.address,
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None,
            compression=None,
            open_timeout=PATIENCE,
            ping_interval=None,
            local_addr=(self.source, 0) if self.source else None,
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    async def run(self, query: str | None = None) -> float:
        """Run the page and return the seconds until it was finished; `query` replaces the query of the address.

        After a choice only the fragment of the chosen widget runs, as in a browser. Raises PageError.
        """
        self.query = self.query if query is None else query
        self.words, self.files, self.deferred = [], [], []
        begun = time.perf_counter()
        await self.socket.send(self.request())
        fault = ""
        while True:
            raw = await asyncio.wait_for(self.socket.recv(decode=False), LONGEST)
            message = ForwardMsg.FromString(raw)
            self.messages, self.received = self.messages + 1, self.received + len(raw)
            kind = message.WhichOneof("type")
            if kind == "delta":
                fault = self.remember(message) or fault
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "new_session":
                self.page, self.id = message.new_session.page_script_hash, message.new_session.initialize.session_id
            elif kind == "auto_rerun":
                self.repeated = message.auto_rerun.fragment_id
            elif kind == "script_finished" and message.script_finished in DONE:
                break
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise PageError("compile error")
        taken = time.perf_counter() - begun
        if fault:
            raise PageError(fault)
        return taken

    def request(self) -> bytes:
        """Return the message that asks for the next run, with what has been chosen, opened and pressed since."""
        request = BackMsg()
        rerun = request.rerun_script
        rerun.query_string, rerun.page_script_hash = self.query, self.page
        rerun.context_info.timezone, rerun.context_info.locale = "UTC", "fi-FI"
        rerun.cached_message_hashes.extend(self.held)
        rerun.fragment_id, self.fragment = self.fragment, ""
        for widget, choice in self.chosen.items():
            state = rerun.widget_states.widgets.add()
            state.id, state.string_value = widget, choice
        if self.opened:
            state = rerun.widget_states.widgets.add()
            state.id, state.bool_value, self.opened = self.opened, True, ""
        if self.pressed:
            state = rerun.widget_states.widgets.add()
            state.id, state.trigger_value, self.pressed = self.pressed, True, ""
        return request.SerializeToString()

    def remember(self, message: ForwardMsg) -> str:
        """Remember the element of a message; return its error, empty where it has none."""
        if message.metadata.cacheable:
            self.held.add(message.hash)
        if message.delta.WhichOneof("type") == "add_block" and (menu := message.delta.add_block.popover.id):
            self.keyed[menu.rpartition("-")[2]], self.fragments[menu] = menu, message.delta.fragment_id
        if message.delta.WhichOneof("type") != "new_element":
            return ""
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            return f"{element.exception.type}: {element.exception.message[:200]}"
        if kind == "alert" and element.alert.format == element.alert.ERROR:
            return element.alert.body
        if kind == "markdown":
            self.words.append(element.markdown.body)
        elif kind == "button":
            widget = element.button.id
            self.keyed[widget.split("-", 2)[2]], self.fragments[widget] = widget, message.delta.fragment_id
        elif kind == "download_button":
            self.files.append(element.download_button.url)
            if element.download_button.deferred_file_id:
                self.deferred.append(element.download_button.deferred_file_id)
        elif kind == "selectbox":
            self.widgets[element.selectbox.label] = element.selectbox
            self.fragments[element.selectbox.id] = message.delta.fragment_id
        return ""

    def open(self, key: str) -> None:
        """Open a menu in the next run."""
        self.opened = self.keyed[key]
        self.fragment = self.fragments[self.opened]

    def press(self, key: str) -> None:
        """Press a button in the next run."""
        self.pressed = self.keyed[key]
        self.fragment = self.fragments[self.pressed]

    def choose(self, label: str, turn: int) -> None:
        """Choose another option of a select box: the one at `turn`, modulo their number."""
        box = self.widgets[label]
        self.chosen[box.id] = box.options[turn % len(box.options)]
        self.fragment = self.fragments[box.id]
