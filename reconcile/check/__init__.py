"""What is wrong: the case of one run, its rules, its schemas, and what silences a finding."""
