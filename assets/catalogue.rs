// Marks of the files in `assets/catalogue/`, the cards' first, as `kiln catalogue` wrote them.
[0xbb3c1d3e, 0x42de16e7]
