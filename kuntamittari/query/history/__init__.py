"""What updates have changed: figures that were revised, and years that were new."""
