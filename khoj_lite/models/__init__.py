"""Everything with weights. Heavy libraries are imported when used, torch only in children."""
