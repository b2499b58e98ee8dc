"""Data that the package ships; `ORIGINS.toml` beside this file says where each file comes from."""
