"""Pages about the service itself: catalogue, data sets, knowledge bank."""
