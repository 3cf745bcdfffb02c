"""Cases in the formats of other programs: data packages, networks of GMNS, places."""
