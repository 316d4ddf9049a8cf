"""Which sizes of its inputs a network accepts, and what refuses the others."""
