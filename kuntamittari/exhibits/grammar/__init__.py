"""The grammar of charts that every medium follows: colours by role, and where dots and their labels stand."""
