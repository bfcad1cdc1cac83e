"""From what was seen to worn jewels: one solver for each anchor, one for one stream."""
