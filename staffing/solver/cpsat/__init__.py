"""One CP-SAT model of any set of free agent-days, everything else fixed: variables, rules, objective."""
