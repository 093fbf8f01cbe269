import ArgumentParser
import KuayuModel
import KuayuReconcile
import KuayuSQLite

struct ReconcileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile", abstract: "对账 — compares the ledgers, explains what differs, repairs, signs off.",
        discussion: """
            First steps:
              kuayu reconcile run 330000        compares now; exit code 2 when something differs
              kuayu reconcile status            every hub at a glance
              kuayu reconcile breaks            what is open, with its sentence
              kuayu reconcile report --html report.html
            Commands that change something ask the running gateway; the others read its store.
            """,
        subcommands: [
            ReconcileRunCommand.self, ReconcileStatusCommand.self, ReconcileReportCommand.self,
            ReconcileBreaksCommand.self, ReconcileExplainCommand.self, ReconcileDecideCommand.self,
            ReconcileRepairCommand.self, ReconcileSignOffCommand.self,
        ])
}

/// A region on the command line.
struct HubArgument: ExpressibleByArgument {
    let region: RegionCode

    init?(argument: String) {
        guard let region = RegionCode(argument) else { return nil }
        self.region = region
    }
}

/// A kind of break on the command line.
struct CodeArgument: ExpressibleByArgument {
    let code: BreakCode

    init?(argument: String) {
        guard let code = BreakCode(rawValue: argument.uppercased()) else { return nil }
        self.code = code
    }

    static var allValueStrings: [String] { BreakCode.allCases.map(\.rawValue) }
}

extension AdminClient {
    /// `?name=value&…`, without those that are nil.
    static func query(_ items: [(String, String?)]) -> String {
        let parts = items.compactMap { name, value in value.map { "\(name)=\(escaped($0))" } }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }
}
