import Glibc
import KuayuSimulation

exit(SimulationCommand.run(Array(CommandLine.arguments.dropFirst()), print: { print($0) }))
