"""Every fault on the list, each as an experiment under load. `./run faults --list` names them."""
