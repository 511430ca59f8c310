"""A file a measure: its definition in the field's words, source, inputs, layer and convention."""
