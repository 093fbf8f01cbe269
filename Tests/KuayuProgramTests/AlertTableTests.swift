import Foundation
import Testing

/// The operators' page lists what the gateway logs, in both languages.
@Suite struct AlertTableTests {
    /// Rooms that the gateway is made of.
    private static let rooms = ["KuayuGateway", "KuayuCLI", "KuayuHTTP", "KuayuSQLite", "KuayuCurl", "KuayuFiles"]
    private static let page = Program.repository + "/docs/for-operators.md"

    /// All Swift text of the gateway.
    private static func sources() throws -> String {
        var text = ""
        for room in rooms {
            let folder = Program.repository + "/Sources/" + room
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
            where name.hasSuffix(".swift") {
                text += try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            }
        }
        return text
    }

    /// Messages of at least a warning, or of a level that is chosen while it runs.
    private static func alerts(_ sources: String) -> Set<String> {
        let plain = sources.matches(of: /logger\.(?:warning|error|critical)\(\s*"([^"]+)"/).map { String($0.1) }
        let chosen = sources.matches(of: /logger\.log\(\s*level:[^"]+"([^"]+)"/).map { String($0.1) }
        return Set(plain + chosen)
    }

    /// What stands in code marks in the second column of a section's table.
    private static func rows(_ heading: String) throws -> Set<String> {
        let lines = try String(contentsOfFile: page, encoding: .utf8).components(separatedBy: "\n")
        let section = lines.drop { $0 != heading }.dropFirst().prefix { !$0.hasPrefix("## ") }
        let cells = section.filter { $0.hasPrefix("| ") }.map { $0.components(separatedBy: "|")[2] }
        return Set(cells.flatMap { $0.matches(of: /`([^`]+)`/).map { String($0.1) } })
    }

    @Test(arguments: ["## 日志中的告警", "## Alerts in the log"])
    func hasEveryAlertAndNoOther(_ heading: String) throws {
        let sources = try Self.sources()
        let alerts = Self.alerts(sources)
        let rows = try Self.rows(heading)
        #expect(alerts.count >= 20, "\(alerts.sorted())")
        #expect(alerts.subtracting(rows).sorted() == [], "not on the page")
        #expect(rows.filter { !sources.contains("\"\($0)\"") }.sorted() == [], "not logged any more")
    }

    /// A call of the logger that the patterns above do not see would need no row.
    @Test func seesEveryCall() throws {
        let calls = try Self.sources().matches(of: /(?:logger|log)\.(?:warning|error|critical|log)\(/)
        let seen = try Self.sources().matches(
            of: /logger\.(?:(?:warning|error|critical)\(\s*"[^"\\]+"|log\(\s*level:[^"]+"[^"\\]+")/)
        #expect(calls.count == seen.count)
    }
}
