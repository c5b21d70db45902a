"""An evaluation for readers: tables, records, pictures, a page."""
