"""One module an official API: it fetches, tidies and says where the figures came from."""
