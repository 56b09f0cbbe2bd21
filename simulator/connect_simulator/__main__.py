"""Run the simulator with `python -m connect_simulator`."""

from connect_simulator.cli.serve import main

if __name__ == "__main__":
    main()
