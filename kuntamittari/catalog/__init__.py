"""The catalogue: indicators, measures, services, task classes, framework, sources and glossary, read from files."""
