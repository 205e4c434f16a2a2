"""The procedure of a property management company for opinion surveys and callbacks, as data."""
