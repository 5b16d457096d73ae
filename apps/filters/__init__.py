"""What may pass: rules on both directions and on the stream."""
