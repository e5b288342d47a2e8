"""Native slides: the shapes and charts that PowerPoint itself draws and lets edit."""
