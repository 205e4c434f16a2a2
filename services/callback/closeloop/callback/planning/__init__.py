"""Planning: who is to be asked, by the coverage of a case, the weekly draw and the weekly check of the register."""
