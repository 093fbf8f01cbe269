import KuayuAdapters
import KuayuModel
import Testing

@Suite struct CanonicalDocumentTests {
    @Test(arguments: [(UInt64(1), 0.5), (2, 1.0), (3, 0.1), (4, 0.8)])
    func comesBackAsItWent(seed: UInt64, richness: Double) {
        var chance = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let record = CaseGenerator.make(using: &chance, options: .init(richness: richness))
            let bytes = CaseDocument.encode(record)
            let (back, issues) = CaseDocument.decode(bytes)
            guard issues.isEmpty, let back else {
                Testing.Issue.record("\(issues.map { "\($0.code) \($0.path)" })")
                return
            }
            #expect(back == record)
            #expect(CaseDocument.encode(back) == bytes)
        }
    }

    @Test func ordersMembersByTheirUTF16Units() {
        var chance = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let bytes = CaseDocument.encode(CaseGenerator.make(using: &chance, options: .init(richness: 0.9)))
            var walk = OrderWalk(bytes: bytes)
            let isOrdered = walk.isOrdered()
            #expect(isOrdered)
        }
    }

    @Test func writesLiteralsTextsAndEscapes() {
        var record = CaseRecord()
        record[.version] = "3"
        record[.named("proactive")] = "true"
        record[.named("fee.amount")] = "12.50"
        record[.named("bundle.after")] = "甲\n乙"
        record[.named("bundle.theme")] = "a\"b\\c\n\u{20BB7}/\u{7F}"
        let text = String(decoding: CaseDocument.encode(record), as: UTF8.self)
        #expect(
            text == #"{"bundle":{"after":["甲","乙"],"theme":"a\"b\\c\n"# + "\u{20BB7}/\u{7F}"
                + #""},"fee":{"amount":"12.50"},"proactive":true,"version":3}"#)
    }

    @Test func neverWritesABadLiteral() {
        var record = CaseRecord()
        record[.version] = "01"
        record[.named("proactive")] = "yes"
        #expect(String(decoding: CaseDocument.encode(record), as: UTF8.self) == #"{"proactive":"yes","version":"01"}"#)
    }

    @Test func leavesOutWhatIsEmpty() {
        var record = CaseRecord()
        #expect(CaseDocument.encode(record) == Array("{}".utf8))
        record[.materials] = [CaseRow(.materials)]
        #expect(CaseDocument.encode(record) == Array("{}".utf8))
        var row = CaseRow(.materials)
        row[.named("materials[].file.size")] = "0"
        record[.materials] = [CaseRow(.materials), row]
        #expect(CaseDocument.encode(record) == Array(#"{"materials":[{"file":{"size":0}}]}"#.utf8))
    }

    // MARK: Parts

    private func sample() -> CaseRecord {
        var record = CaseRecord()
        record[.status] = "reviewing"
        record[.version] = "4"
        var first = CaseRow(.materials)
        first[.named("materials[].id")] = "1"
        first[.named("materials[].name")] = "甲"
        var second = CaseRow(.materials)
        second[.named("materials[].id")] = "2"
        second[.named("materials[].trust")] = "A"
        record[.materials] = [first, second]
        return record
    }

    @Test func writesOnlyTheFieldsOfAPlan() {
        let plan = CasePlan { $0.path == "materials[].trust" || $0.path == "status" }
        let bytes = CaseDocument.encode(sample(), plan: plan)
        #expect(
            String(decoding: bytes, as: UTF8.self) == #"{"materials":[{"id":"2","trust":"A"}],"status":"reviewing"}"#)
        let nothing = CasePlan { $0.path == "fee.amount" }
        var out: [UInt8] = [0x20]
        #expect(!CaseDocument.append(sample(), plan: nothing, to: &out))
        #expect(out == Array(" {}".utf8))
        #expect(CasePlan { _ in false }.isEmpty)
    }

    @Test func writesAKeyThatAPlanNames() {
        let plan = CasePlan { $0.path == "materials[].id" }
        #expect(CaseDocument.encode(sample(), plan: plan) == Array(#"{"materials":[{"id":"1"},{"id":"2"}]}"#.utf8))
    }

    @Test func readsBackThePartOfAPlan() {
        let plan = CasePlan { $0.path == "materials[].trust" || $0.path == "status" }
        let (part, issues) = CaseDocument.decode(CaseDocument.encode(sample(), plan: plan), plan: plan)
        #expect(issues.isEmpty)
        #expect(part?[.status] == "reviewing")
        #expect(part?[.materials].count == 1)
        let refused = CaseDocument.decode(CaseDocument.encode(sample()), plan: plan)
        #expect(refused.record == nil)
        #expect(refused.issues.map(\.path) == ["materials[0].name", "version"])
    }
}

/// Walks canonical JSON without the program's own reader and checks the order of the members.
struct OrderWalk {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func isOrdered() -> Bool { value() && index == bytes.count }

    private mutating func value() -> Bool {
        switch bytes[index] {
        case UInt8(ascii: "{"): object()
        case UInt8(ascii: "["): array()
        case UInt8(ascii: "\""): string() != nil
        default: literal()
        }
    }

    private mutating func object() -> Bool {
        index += 1
        var last: [UInt16]?
        while bytes[index] != UInt8(ascii: "}") {
            if last != nil, !skip(",") { return false }
            guard let name = string(), skip(":"), value() else { return false }
            let units = Array(name.utf16)
            if let last, !last.lexicographicallyPrecedes(units) { return false }
            last = units
        }
        index += 1
        return last != nil
    }

    private mutating func array() -> Bool {
        index += 1
        var isFirst = true
        while bytes[index] != UInt8(ascii: "]") {
            if !isFirst, !skip(",") { return false }
            isFirst = false
            guard value() else { return false }
        }
        index += 1
        return !isFirst
    }

    private mutating func string() -> String? {
        guard skip("\"") else { return nil }
        let start = index
        while bytes[index] != UInt8(ascii: "\"") { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
        index += 1
        return String(decoding: bytes[start..<index - 1], as: UTF8.self)
    }

    private mutating func literal() -> Bool {
        let start = index
        while index < bytes.count, !",]}".utf8.contains(bytes[index]) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        return text == "true" || text == "false" || Int(text).map(String.init) == text
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard UInt32(bytes[index]) == character.value else { return false }
        index += 1
        return true
    }
}
