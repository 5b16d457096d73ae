"""Rules of what may pass, on both directions and on the stream."""
