"""The Streamlit side: state, layout, widgets and the parts of each page. Nothing here computes a statistic."""
