"""What comes in from other places and goes out to them: importers, exporters and the sample group."""
