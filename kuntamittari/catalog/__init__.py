"""What is computed and of what: indicators, measures, services, task classes, the framework, sources and glossary, read
from files."""
