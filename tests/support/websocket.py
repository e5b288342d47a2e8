"""A websocket as a page opens it."""

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


def session_of(socket: ClientConnection) -> str:
    """The id of a session, which Streamlit tells its browser alone."""
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    socket.send(asked.SerializeToString())
    while True:
        told = ForwardMsg()
        told.ParseFromString(socket.recv(timeout=60))
        if told.WhichOneof("type") == "new_session":
            return told.new_session.initialize.session_id


def opened(base: str, origin: str | None) -> ClientConnection:
    """A websocket as a page of an origin opens it.

    It takes any number of messages that nobody reads: with the usual most, closing it would wait ten seconds for an
    answer that stands behind them.
    """
    address = f"{base.replace('http', 'ws', 1)}/_stcore/stream"
    return connect(address, origin=origin, subprotocols=["streamlit"], max_size=None, max_queue=None)  # type: ignore
