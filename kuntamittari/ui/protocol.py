"""What of Streamlit's websocket protocol the budgets of readers depend on (kuntamittari/web/budgets/messages.py).

The protocol is imported with its first message: app.py imports this file before it listens.
"""

from kuntamittari.web.budgets.messages import Asked


def asked(content: bytes) -> Asked:
    """Return what a message of a page asks for, and the name of its request; nothing for what is none, which Streamlit
    refuses."""
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return Asked("")
    return Asked(message.WhichOneof("type") or "", message.backend_operation_request.request_id)


def answered(content: bytes) -> str:
    """Return the name of the request on demand that a message answers; empty for another message."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    message = ForwardMsg()
    message.ParseFromString(content)
    if message.WhichOneof("type") != "backend_operation_response":
        return ""
    return message.backend_operation_response.request_id
