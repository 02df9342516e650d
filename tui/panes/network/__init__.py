"""The Network view: the units of a network, what each looks for, and what it would say without some of them."""
