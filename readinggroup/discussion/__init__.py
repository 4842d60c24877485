"""Discussion: what people say about each pitch and each talk."""
