"""The deck: its slides in a tray, and on the stage over the whole window."""
