import ArgumentParser
import Glibc

/// The `kuayu` program.
public enum KuayuProgram {
    /// Runs the command that the arguments name and ends the process with its exit code.
    public static func run() async {
        // Whatever a command writes (stores, logs, keys) is for its owner only.
        umask(0o077)
        // A partner that goes away is an error of one exchange, never the end of the program; libcurl puts back what it finds.
        signal(SIGPIPE, SIG_IGN)
        await KuayuCommand.main()
    }
}

/// Exit codes: 0 done, 1 failed, 2 the answer is no (a check found something), 64 wrong usage.
struct KuayuCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kuayu",
        abstract: "跨域办 — a federation gateway for government-service cases across provincial borders.",
        discussion: """
            First steps:
              kuayu demo --once           four hubs, all twelve directions, one hub down for a while, ledgers compared
              kuayu config check          what is wrong with a configuration, and where
              kuayu adapter explain FILE  what the gateway reads in a message

            Exit codes: 0 done · 1 failed · 2 the check found something · 64 wrong usage.
            """,
        version: Version.text,
        subcommands: [
            ServeCommand.self, HubCommand.self, DemoCommand.self, SendCommand.self, CaseCommand.self,
            NoticeCommand.self, StatsCommand.self, CalendarCommand.self, DeliveryCommand.self, RouteCommand.self,
            ReconcileCommand.self, ReconCommand.self, AdapterCommand.self, ConfigCommand.self, CertsCommand.self,
            DatabaseCommand.self, SchemaCommand.self,
            ReconCommand.self, VersionCommand.self,
        ])
}

/// The version of the program and of what it speaks.
enum Version {
    static let number = "0.1.0"
    static let text = "kuayu \(number) (case/v1, adapter v1, hub protocol v1)"
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "版本 — the version of the program and of what it speaks.")

    func run() { print(Version.text) }
}
