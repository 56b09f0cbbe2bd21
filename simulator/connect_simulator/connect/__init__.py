"""Amazon Connect: the operations that moto lacks, their rules, and the state that they change."""
