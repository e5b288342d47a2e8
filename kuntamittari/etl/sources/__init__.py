"""One module an official interface: it fetches and tidies the answers, and knows nothing of what becomes of them."""
