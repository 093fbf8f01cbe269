import Foundation
import Testing

/// `kuayu calendar`: a newer calendar is checked, taken up by the running gateway, and kept without one.
@Suite(.timeLimit(.minutes(5))) struct CalendarCommandTests {
    private static let next = """
        2027-01-01,holiday,New Year's Day
        2027-02-08,holiday,Spring Festival
        2027-10-01,holiday,National Day

        """

    /// The calendar that is built in, with the lines of another year.
    private func calendar(_ more: String) throws -> String {
        try String(contentsOfFile: Program.repository + "/Sources/KuayuModel/Data/workdays.csv", encoding: .utf8) + more
    }

    private func shown(_ federation: TestFederation) async throws -> [String: Any] {
        let result = try await federation.command(["calendar", "show", "--json"])
        return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    @Test func loadsANewerCalendarWithAndWithoutTheGateway() async throws {
        try await TestFederation.with { federation in
            let before = try await shown(federation)
            #expect(before["loaded"] as? Bool == false)
            let edition = try #require(before["edition"] as? String)
            try federation.folder.write(try calendar(Self.next), "next.csv")
            let file = federation.folder.file("next.csv")
            let dry = try await federation.command(["calendar", "load", file, "--dry-run"])
            #expect(dry.code == 0 && dry.output.contains("未改动"), "\(dry.output)\(dry.errors)")
            #expect(try await shown(federation)["edition"] as? String == edition)
            let loaded = try await federation.command(["calendar", "load", file, "--by", "test"])
            #expect(loaded.code == 0 && loaded.output.contains("CN-2018-2027"), "\(loaded.output)\(loaded.errors)")
            #expect(try await shown(federation)["edition"] as? String == "CN-2018-2027")
            // An older one drops a year that deadlines rest on.
            try federation.folder.write(try calendar(""), "old.csv")
            let old = try await federation.command([
                "calendar", "load", federation.folder.file("old.csv"), "--by", "test",
            ])
            #expect(
                old.code == 2 && old.output.contains("old.csv:1:1: ") && old.output.contains("2027"), "\(old.output)")
            try await withoutGateway(federation)
        }
    }

    private func withoutGateway(_ federation: TestFederation) async throws {
        let gateway = try #require(federation.gateway)
        gateway.send(SIGTERM)
        try await eventually("the gateway has ended", within: .seconds(30)) { gateway.code != nil }
        let later = Self.next + Self.next.replacingOccurrences(of: "2027-", with: "2028-")
        try federation.folder.write(try calendar(later), "later.csv")
        let file = federation.folder.file("later.csv")
        let stored = try await federation.command(["calendar", "load", file, "--by", "test", "--json"])
        #expect(stored.code == 0, "\(stored.output)\(stored.errors)")
        #expect(try await shown(federation)["edition"] as? String == "CN-2018-2028")
        try await federation.startGateway()
        #expect(try await shown(federation)["edition"] as? String == "CN-2018-2028")
        #expect(try await federation.command(["db", "verify"]).code == 0)
    }

    @Test(
        arguments: [
            ("2027-01-01,holiday,x\n", ":1: 2027 年没有国庆节假期"), ("2026-02-30,holiday,x\n", ":1: 不是日期"),
            ("2027-01-01,rest,x\n", ":12: 类型只能是"), ("2026-01-01,holiday,x\n", ":1: 日期重复"),
            ("2027-01-01\n", ":1: 有 1 列"),
        ])
    func namesTheLineAndColumnOfAMistake(more: String, expected: String) async throws {
        try await TestFederation.with { federation in
            let text = try calendar(more)
            try federation.folder.write(text, "wrong.csv")
            let result = try await federation.command(
                ["calendar", "load", federation.folder.file("wrong.csv"), "--by", "test"])
            #expect(result.code == 2, "\(result.output)\(result.errors)")
            let line = text.split(separator: "\n").count
            #expect(result.output.contains("wrong.csv:\(line)\(expected)"), "\(result.output)")
            #expect(try await shown(federation)["loaded"] as? Bool == false)
        }
    }
}
