import KuayuAdapters
import Testing

/// What authors are told.
@Suite struct DiagnosticTests {
    struct Broken: CustomTestStringConvertible, Sendable {
        let code: String
        let rules: String
        let more: String
        var testDescription: String { "\(code) \(rules.isEmpty ? more : rules)" }

        init(_ code: String, rules: String = "", more: String = "") {
            self.code = code
            self.rules = rules
            self.more = more
        }
    }

    static let broken: [Broken] = [
        Broken("KA001", rules: "  - {to: x: y}\n"),
        Broken("KA002", rules: "  - {to: acceptanceNumber, form: x}\n"),
        Broken("KA002", rules: "  - {tto: acceptanceNumber}\n"),
        Broken("KA002", rules: "  - {to: acceptanceNumber, from: x, as: {datetim: yyyy}}\n"),
        Broken("KA003", rules: "  - {to: acceptanceNumber, from: x, from: y}\n"),
        Broken("KA004", rules: "  - {to: acceptanceNumber, from: &a x}\n"),
        Broken("KA004", rules: "  - {to: acceptanceNumber, from: !!int 5}\n"),
        Broken("KA006", rules: "  - {to: acceptanceNumber, from: \"x[\"}\n"),
        Broken("KA006", rules: "  - {to: acceptanceNumber, from: \"@x\"}\n"),
        Broken("KA006", rules: "  - {to: appliedAt, from: x, as: {datetime: yyyyQQ}}\n"),
        Broken("KA007", more: "codes: {st: codes/none.csv}\n"),
        Broken("KA010", rules: "  - {to: item.nam, from: x}\n"),
        Broken("KA010", rules: "  - {each: material, from: x, rules: []}\n"),
        Broken("KA010", more: "unsupported: {ratings: {why: 无}}\n"),
        Broken("KA011", rules: "  - {to: appliedAt, from: x, as: {int: {}}}\n"),
        Broken("KA011", rules: "  - {to: channel.kind, from: x, default: windows}\n"),
        Broken("KA011", more: "codes: {c: {\"1\": onlin}}\n").with("  - {to: mode, from: x, as: {code: c}}\n"),
        Broken("KA012", rules: "  - {each: materials, from: x, rules: [{to: id, from: i}]}\n"),
        Broken("KA013", rules: "  - {to: item.name, from: x}\n"),
        Broken("KA016", rules: "  - {each: materials, from: x, rules: [{to: name, from: i}]}\n"),
        Broken("KA017", rules: "  - {to: acceptanceNumber, from: name}\n"),
        Broken(
            "KA019",
            rules:
                "  - {each: materials, from: x, rules: [{to: id, from: i}, {to: name, from: n}]}\n  - {to: acceptanceNumber, from: x/y}\n"
        ),
        Broken("KA020", rules: "  - {to: mode, from: x, as: {code: nosuch}}\n"),
        Broken(
            "KA030",
            rules:
                "  - {template: {local: x, pattern: \"{a}{b}\"}, parts: {a: {to: acceptanceNumber}, b: {to: bundle.theme}}}\n"
        ),
        Broken("KA040", rules: "  - {variant: {to: delivery.way, local: w}, cases: {\"1\": {is: selff}}}\n"),
        Broken(
            "KA042",
            rules: "  - {variant: {to: delivery.way, local: w}, cases: {\"1\": {is: self}, \"2\": {is: self}}}\n"),
        Broken("KA050", rules: "  - {hook: h, local: {a: x}, canonical: {b: acceptanceNumber}}\n"),
        Broken("KA060", rules: "  - {hook: h, local: {a: x}, canonical: {b: acceptanceNumber}, why: 无}\n"),
        Broken(
            "KA072", rules: "  - {template: {local: x, pattern: \"{a}-{b}\"}, parts: {a: {to: acceptanceNumber}}}\n"),
    ]

    @Test(arguments: broken) func everyMistakeHasItsCode(_ row: Broken) {
        let yaml = MiniAdapter.yaml(rules: row.rules, more: "extension: {local: ext, as: text}\n" + row.more)
        let made = Adapter.compile(MiniAdapter.files(yaml))
        #expect(made.adapter == nil)
        let codes = made.diagnostics.filter { $0.severity == .error }.map(\.code)
        #expect(codes.contains(row.code), "\(made.diagnostics.map { $0.rendered() }.joined())")
    }

    @Test func aMessageShowsTheLineAndTheFix() throws {
        let yaml = MiniAdapter.yaml(rules: "  - {to: item.nam, from: x}\n")
        let made = Adapter.compile(MiniAdapter.files(yaml))
        let diagnostic = try #require(made.diagnostics.first { $0.code == "KA010" })
        #expect(
            diagnostic.rendered()
                == """
                error[KA010]: `item.nam` is no field of case/v1
                  --> adapter.yaml:15:10
                   |
                15 |   - {to: item.nam, from: x}
                   |          ^^^^^^^^
                   = help: did you mean `item.name`?

                """.replacing("case/v1\n", with: "case/v1.\n"))
    }

    @Test func allMistakesComeAtOnce() {
        let yaml = MiniAdapter.yaml(
            rules: "  - {to: item.nam, from: x}\n  - {to: item.typ, from: y}\n  - {to: mode, from: z, as: {cod: a}}\n")
        let made = Adapter.compile(MiniAdapter.files(yaml))
        #expect(made.diagnostics.filter { $0.severity == .error }.map(\.code) == ["KA010", "KA010", "KA002"])
    }

    @Test func withoutExtensionEveryFieldNeedsAWord() {
        let made = Adapter.compile(MiniAdapter.files(MiniAdapter.yaml(rules: "", more: "")))
        #expect(made.diagnostics.contains { $0.code == "KA070" && $0.message.contains("`rating.score`") })
    }

    static let tables: [(String, String)] = [
        ("KA020", "lokal,canonical\n1,online\n"),
        ("KA020", "local,canonical,rel\n1,online,~\n"),
        ("KA020", "local,canonical\n1,\n"),
        ("KA022", "local,canonical,rel,out\n1,online,=,*\n2,online,=,*\n"),
        ("KA023", "local,canonical\n1,online\n1,online\n"),
        ("KA023", "local,canonical\n1,online\n1,joint\n"),
        ("KA011", "local,canonical\n1,onlin\n"),
    ]

    @Test(arguments: tables) func brokenTablesAreNamed(_ code: String, _ table: String) {
        let yaml = MiniAdapter.yaml(
            rules: "  - {to: mode, from: x, as: {code: m}, optional: true}\n",
            more: "extension: {local: ext, as: text}\ncodes: {m: codes/m.csv}\n")
        let made = Adapter.compile(MiniAdapter.files(yaml, tables: ["codes/m.csv": table]))
        #expect(made.diagnostics.contains { $0.code == code && $0.severity == .error }, "\(made.diagnostics)")
    }

    @Test func warningsDoNotStopAnAdapter() {
        let yaml = MiniAdapter.yaml(
            rules: "  - {to: mode, from: x, as: {code: m}, optional: true}\n",
            more: "extension: {local: ext, as: text}\ncodes: {m: {1: online}, unused: {\"1\": online}}\n")
        let made = Adapter.compile(MiniAdapter.files(yaml))
        #expect(made.adapter != nil)
        #expect(Set(made.diagnostics.map(\.code)).isSuperset(of: ["KA005", "KA021", "KA024"]))
    }

    @Test func anyTextIsSurvived() {
        var chance = AdapterLaws.Chance(seed: 7)
        let source = Array(MiniAdapter.yaml(rules: "").utf8)
        for _ in 0..<200 {
            var bytes = source
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &chance)] = UInt8.random(in: 9...125, using: &chance)
            }
            var files = MiniAdapter.files("")
            files.files["adapter.yaml"] = bytes
            _ = Adapter.compile(files)
        }
    }
}

extension DiagnosticTests.Broken {
    func with(_ rules: String) -> DiagnosticTests.Broken { .init(code, rules: rules, more: more) }
}
