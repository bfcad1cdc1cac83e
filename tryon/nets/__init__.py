"""MediaPipe's nets run through LiteRT: the same files, a tracking loop of our own."""
