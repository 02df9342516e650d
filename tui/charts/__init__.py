"""Charts of curves: from numbers to lines of text, in functions that know no widget."""
