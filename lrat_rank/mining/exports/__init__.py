"""Exports: labelled lists as the label files of other tools (`registry.EXPORTERS`)."""
