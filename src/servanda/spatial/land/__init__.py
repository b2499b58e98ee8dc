"""The map: pieces of land, disputed areas and seas, the lines between them, and whose each was on a day."""
