import Glibc
import KuayuSimulation

let start = ContinuousClock.now
let code = SimulationCommand.run(
    Array(CommandLine.arguments.dropFirst()), seconds: { (ContinuousClock.now - start) / .seconds(1) },
    print: { print($0) })
exit(code)
