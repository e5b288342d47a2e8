"""The State Treasury's reports of municipalities from 2021 on: catalogue, taxonomies and documents, read into cells."""
