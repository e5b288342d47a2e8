"""Nothing but a title: what a Streamlit page costs at the least."""

import streamlit as st

st.title("Empty")
