import Foundation
import KuayuModel
import Testing

/// The page about states comes from the table.
///
/// `KUAYU_UPDATE_GOLDEN=1` rewrites its table.
@Suite struct CaseTransitionPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/case-rules/states.md")
    private static let isUpdate = ProcessInfo.processInfo.environment["KUAYU_UPDATE_GOLDEN"] == "1"
    private static let start = "<!-- table: written by the tests with KUAYU_UPDATE_GOLDEN=1 -->"
    private static let end = "<!-- end of table -->"

    private static func name(_ roles: CaseRoles) -> String {
        switch roles {
        case .applying: "applying 申请方"
        case .collecting: "collecting 收件地"
        case .handling: "handling 受理地"
        default: "gateway 枢纽网关"
        }
    }

    private static var table: String {
        var lines = ["", "| who | from | to | what | modes |", "|---|---|---|---|---|"]
        for line in StateTransition.table {
            let from = line.from.map { "`\($0.rawValue)`" }.joined(separator: " ")
            let modes = line.modes.count == 3 ? "all" : line.modes.map { "`\($0.rawValue)`" }.joined(separator: " ")
            lines.append("| \(name(line.owner)) | \(from) | `\(line.to.rawValue)` | \(line.chinese) | \(modes) |")
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    @Test func thePageHasTheTableInForce() throws {
        let text = try String(decoding: Data(contentsOf: Self.page), as: UTF8.self)
        let from = try #require(text.range(of: Self.start))
        let to = try #require(text.range(of: Self.end))
        let wanted = String(text[..<from.upperBound]) + "\n" + Self.table + String(text[to.lowerBound...])
        if Self.isUpdate { try Data(wanted.utf8).write(to: Self.page) }
        let found = Self.isUpdate ? wanted : text
        #expect(found == wanted, "states.md is out of date; run the tests with KUAYU_UPDATE_GOLDEN=1 and review it")
    }
}
