"""The thinking: plain functions over the words, from a round to pairings with a proof."""
