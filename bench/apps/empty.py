"""A page of one title: the least that a Streamlit page costs."""

import streamlit as st

st.title("Empty")
