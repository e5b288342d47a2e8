"""Streamlit: state, layout and widgets. Nothing here computes a statistic."""
