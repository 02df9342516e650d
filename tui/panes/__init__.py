"""The console's panes, a folder each: values, drawing, widget, keys."""
