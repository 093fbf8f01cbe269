import Foundation
import Testing

/// `kuayu case show`, `case explain`, `stats` and `notice` on what a federation has done.
@Suite(.timeLimit(.minutes(5))) struct CaseExplainTests {
    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func rows(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { try object(String($0)) }
    }

    // MARK: show and explain

    @Test func showsAndExplainsACaseWithoutPersons() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "14-materials-owed.xml")
            #expect(try await federation.hand(sample, as: "320000", key: "owed").status == 202)
            let id = try #require(
                try rows(try await federation.command(["case", "list", "--json"]).output).first?["case"] as? String)
            let shown = try await federation.command(["case", "show", id])
            #expect(shown.code == 0, "\(shown.errors)")
            for heading in ["容缺与承诺 commitments", "扣留 withheld", "事件 events", "投递 deliveries"] {
                #expect(shown.output.contains(heading), "\(heading)")
            }
            let explained = try await federation.command(["case", "explain", id])
            #expect(explained.code == 0, "\(explained.errors)")
            for text in ["轮到受理地", "受理地可以：受理", "容缺待补", "已转办", "It is the turn of the handling region"] {
                #expect(explained.output.contains(text), "\(text): \(explained.output)")
            }
            let json = try object(try await federation.command(["case", "explain", id, "--json"]).output)
            let topics = (json["sentences"] as? [[String: Any]] ?? []).compactMap { $0["topic"] as? String }
            #expect(topics.prefix(2) == ["matter", "turn"] && topics.contains("owed"))
            try await tellsNoPerson(id, federation)
        }
    }

    /// Values of persons of the sample's canonical case stand in no output.
    private func tellsNoPerson(_ id: String, _ federation: TestFederation) async throws {
        let golden = try String(contentsOfFile: Sample.path("320000") + "/14-materials-owed.case.json", encoding: .utf8)
        let applicant = try #require(try object(golden)["applicant"] as? [String: Any])
        for arguments in [["case", "show", id], ["case", "show", id, "--json"], ["case", "explain", id]] {
            let output = try await federation.command(arguments).output
            for name in ["name", "idNumber", "mobile"] {
                guard let value = applicant[name] as? String else { continue }
                #expect(!output.contains(value), "\(arguments): applicant.\(name)")
            }
        }
    }

    @Test func showsWhatTheRulesSayForPrograms() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("310000", "04-accepted.json")
            let reply = try await federation.hand(sample, as: "310000", key: "accepted")
            #expect(reply.status == 202)
            let list = try rows(try await federation.command(["case", "list", "--json"]).output)
            guard let id = list.first?["case"] as? String else { return }
            let shown = try object(try await federation.command(["case", "show", id, "--json"]).output)
            for key in ["case", "level", "clock", "notices", "bundle", "withheld", "events", "messages", "deliveries"] {
                #expect(shown[key] != nil, "\(key)")
            }
            let clock = try #require(shown["clock"] as? [String: Any])
            #expect(["notStarted", "running", "paused", "stopped"].contains(clock["state"] as? String ?? ""))
            #expect((shown["level"] as? String)?.hasPrefix("L") == true)
        }
    }

    // MARK: statistics

    @Test func countsEveryCaseOnce() async throws {
        try await TestFederation.with(.init(hubs: ["310000", "320000", "330000", "340000"], cases: 2)) { federation in
            try await federation.settle()
            let count = try await federation.caseCount()
            #expect(count == 8)
            for grouping in [[], ["--by", "item"], ["--by", "mode"], ["--by", "region"]] {
                let channels = try rows(
                    try await federation.command(["stats", "channels", "--json"] + grouping).output)
                #expect(sum(channels, "cases") == count, "\(grouping)")
                let savings = try rows(try await federation.command(["stats", "savings", "--json"] + grouping).output)
                let steps = savings.filter { $0["measure"] as? String == "steps" }
                #expect(sum(steps, "cases") == count, "\(grouping)")
                #expect(savings.count == steps.count * 4)
                for row in savings {
                    #expect(number(row, "saved") == number(row, "before") - number(row, "after"))
                }
                #expect(try await federation.command(["stats", "bundles"] + grouping).code == 0)
            }
            let table = try await federation.command(["stats", "savings", "--by", "region"])
            #expect(table.output.contains("合计") && table.output.contains("件均"))
            let never = try await federation.command(["stats", "channels", "--json", "--to", "2020-01-01"])
            #expect(try never.code == 0 && sum(rows(never.output), "cases") == 0)
            let later = try await federation.command(["stats", "channels", "--json", "--from", "2999-01-01"])
            #expect(try later.code == 0 && sum(rows(later.output), "cases") == 0)
            let all = try await federation.command(
                ["stats", "channels", "--json", "--from", "2020-01-01", "--to", "2999-01-01"])
            #expect(sum(try rows(all.output), "cases") == count)
        }
    }

    private func number(_ row: [String: Any], _ name: String) -> Int { (row[name] as? NSNumber)?.intValue ?? 0 }

    private func sum(_ rows: [[String: Any]], _ name: String) -> Int { rows.reduce(0) { $0 + number($1, name) } }

    // MARK: usage

    @Test(
        arguments: [
            (["stats", "savings", "--by", "nothing"], 64), (["stats", "channels", "--from", "2026-02-30"], 64),
            (["stats", "bundles", "--from", "2026-02-02", "--to", "2026-02-01"], 64),
            (["stats", "savings", "--config", "missing.yaml"], 1), (["notice", "list", "--kind", "nothing"], 64),
            (["notice", "list", "--severity", "nothing"], 64), (["case", "explain"], 64),
            (["calendar", "load", "missing.csv"], 64), (["calendar", "load", "missing.csv", "--dry-run"], 1),
            (["calendar", "load", "missing.csv", "--by", "test"], 1),
        ] as [([String], Int32)])
    func endsWithTheCodeThatTheHelpNames(_ arguments: [String], _ code: Int32) async throws {
        let result = try await Program.run(arguments, in: Program.fixtures)
        #expect(result.code == code, "\(result.output)\(result.errors)")
    }

    @Test func answersNoForWhatIsNotThere() async throws {
        try await TestFederation.with { federation in
            #expect(try await federation.command(["case", "explain", "CSJ202611240100001"]).code == 2)
            let notices = try await federation.command(["notice", "list"])
            #expect(notices.code == 0 && notices.output.contains("没有提醒"))
            #expect(try await federation.command(["notice", "list", "--hub", "32"]).code == 1)
            #expect(try await federation.command(["case", "list", "--origin", "32"]).code == 1)
        }
    }
}
