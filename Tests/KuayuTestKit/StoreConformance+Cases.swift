import KuayuEngine
import KuayuGateway
import KuayuModel

extension StoreConformance {
    static let messages = [
        Check("a message comes back byte for byte") { store in
            let head = SampleRows.head(SampleRows.caseID(1), version: 3)
            let every = (0...255).map { UInt8($0) }
            let message = SampleRows.message("键/0001", about: head, receipt: every)
            try writing(on: store, { try $0.insert(message) }) { reader in
                try expect(try reader.message(sender: .shanghai, id: "键/0001"), message, "message")
            }
        },
        Check("a refused message has no case") { store in
            let message = SampleRows.message("m", about: nil)
            try writing(on: store, { try $0.insert(message) }) { reader in
                try expect(try reader.message(sender: .shanghai, id: "m"), message, "message")
            }
        },
        Check("a sender's id is taken once, another sender may use it too") { store in
            let head = SampleRows.head(SampleRows.caseID(1))
            let first = SampleRows.message("m", sender: .zhejiang, about: head)
            let second = SampleRows.message("m", sender: .anhui, about: head)
            let third = SampleRows.message("m", sender: .shanghai, about: head)
            try store.write { for row in [first, second, third] { try $0.insert(row) } }
            try expect(try store.read { try $0.messages(id: "m") }, [third, first, second], "messages, by sender")
            var changed = first
            changed.payload = [9]
            _ = try failure(of: store) { try $0.insert(changed) }
            try expect(try store.read { try $0.message(sender: .zhejiang, id: "m") }, first, "the first message")
        },
        Check("ids are told apart by case and by every byte") { store in
            let head = SampleRows.head(SampleRows.caseID(1))
            let ids = ["a", "A", "a ", "á", "a/0001"]
            try store.write { for id in ids { try $0.insert(SampleRows.message(id, about: head)) } }
            for id in ids {
                try expect(try store.read { try $0.message(sender: .shanghai, id: id)?.id }, id, "message")
            }
        },
        Check("messages of a case stand oldest first") { store in
            let head = SampleRows.head(SampleRows.caseID(1))
            let other = SampleRows.head(SampleRows.caseID(2))
            let rows = [
                SampleRows.message("c", about: head, after: 2), SampleRows.message("b", about: head, after: 1),
                SampleRows.message("x", about: other, after: 1), SampleRows.message("a", about: head, after: 2),
                SampleRows.message("r", about: nil, after: 1),
            ]
            try writing(on: store, { for row in rows { try $0.insert(row) } }) { reader in
                try expect(try reader.messages(caseID: head.caseID).map(\.id), ["b", "a", "c"], "messages")
            }
        },
    ]

    static let cases = [
        Check("an event makes the case in force, and every version stays") { store in
            let id = SampleRows.caseID(1)
            let states: [CaseState] = [.submitted, .transferred, .accepted]
            let events = states.enumerated().map { index, status in
                SampleRows.event(
                    SampleRows.head(id, version: index + 1, status: status),
                    kind: status == .transferred ? .transferred : nil,
                    author: status == .transferred ? nil : .shanghai, catalogCode: "")
            }
            try writing(on: store, { for event in events { try $0.insert(event) } }) { reader in
                try expect(try reader.caseInForce(id), events[2], "case in force")
                try expect(try reader.events(id), events, "events")
                try expect(try reader.event(id, version: 2), events[1], "second event")
                try expect(try reader.event(id, version: 4), nil, "an event that is not there")
                try expect(try reader.cases(CaseFilter()).map(\.head), [events[2].head], "the list")
            }
        },
        Check("a version is taken once") { store in
            let head = SampleRows.head(SampleRows.caseID(1))
            try store.write { try $0.insert(SampleRows.event(head)) }
            _ = try failure(of: store) { transaction in
                var second = SampleRows.event(head)
                second.note = "another"
                try transaction.insert(second)
            }
            try expect(try store.read { try $0.caseInForce(head.caseID)?.note }, "registered", "the first event")
        },
        Check("the list shows the item and the last change") { store in
            let id = SampleRows.caseID(1)
            let first = SampleRows.event(SampleRows.head(id), catalogCode: "310131001000")
            let second = SampleRows.event(SampleRows.head(id, version: 2), catalogCode: "")
            try store.write {
                try $0.insert(first)
                try $0.insert(second)
            }
            let line = try store.read { try $0.cases(CaseFilter()) }
            let wanted = CaseSummary(head: second.head, catalogCode: "310131001000", changedAt: second.at)
            try expect(line, [wanted], "line")
            let corrected = SampleRows.event(SampleRows.head(id, version: 3), catalogCode: "310131001001")
            try store.write { try $0.insert(corrected) }
            try expect(try store.read { try $0.cases(CaseFilter()).first?.catalogCode }, "310131001001", "item")
        },
        Check("lists filter and page, newest first") { store in try listCases(store) },
        Check("cases are counted by origin and state") { store in
            try store.write { transaction in
                for (number, status) in [CaseState.submitted, .accepted, .submitted].enumerated() {
                    try transaction.insert(
                        SampleRows.event(SampleRows.head(SampleRows.caseID(number + 1), status: status)))
                }
                let head = SampleRows.head(SampleRows.caseID(9), origin: .anhui)
                try transaction.insert(SampleRows.event(head))
                try transaction.insert(
                    SampleRows.event(SampleRows.head(head.caseID, version: 2, status: .closed, origin: .anhui)))
            }
            let wanted = [
                CaseCount(origin: .shanghai, status: .accepted, count: 1),
                CaseCount(origin: .shanghai, status: .submitted, count: 2),
                CaseCount(origin: .anhui, status: .closed, count: 1),
            ]
            try expect(try store.read { try $0.caseCounts() }, wanted, "counts")
        },
    ]

    private static func listCases(_ store: any CaseStore) throws {
        let origins: [RegionCode] = [.shanghai, .anhui]
        try store.write { transaction in
            for number in 1...60 {
                let head = SampleRows.head(
                    SampleRows.caseID(number), status: number % 3 == 0 ? .closed : .submitted,
                    origin: origins[number % 2])
                try transaction.insert(SampleRows.event(head))
            }
        }
        func sequences(_ filter: CaseFilter) throws -> [Int] {
            try store.read { try $0.cases(filter).map(\.head.caseID.sequence) }
        }
        try expect(try sequences(CaseFilter()), Array((11...60).reversed()), "the first page has 50")
        try expect(
            try sequences(CaseFilter(before: SampleRows.caseID(11))), Array((1...10).reversed()), "the second page")
        try expect(try sequences(CaseFilter(before: SampleRows.caseID(1))), [], "behind the last page")
        try expect(try sequences(CaseFilter(limit: 3)), [60, 59, 58], "three")
        try expect(try sequences(CaseFilter(limit: 0)), [60], "a page has at least one case")
        try expect(try sequences(CaseFilter(origin: .anhui, limit: 3)), [59, 57, 55], "of one origin")
        try expect(try sequences(CaseFilter(status: .closed, limit: 3)), [60, 57, 54], "in one state")
        let both = CaseFilter(origin: .anhui, status: .closed, before: SampleRows.caseID(57), limit: 2)
        try expect(try sequences(both), [51, 45], "all filters")
        try expect(try sequences(CaseFilter(origin: .jiangsu)), [], "of an origin without cases")
    }

    static let numbers = [
        Check("a local number keeps the first case it led to") { store in
            let number = LocalNumber(region: .shanghai, value: "S1")
            try writing(
                on: store,
                {
                    try $0.insert(number: number, caseID: SampleRows.caseID(1))
                    try $0.insert(number: number, caseID: SampleRows.caseID(2))
                }
            ) { reader in
                try expect(try reader.caseID(number: number), SampleRows.caseID(1), "case")
                try expect(try reader.caseIDs(anyNumber: "S1"), [SampleRows.caseID(1)], "cases")
            }
        },
        Check("a number is a region's own, and can be searched in all") { store in
            let other = LocalNumber(region: .anhui, value: "S1")
            try store.write {
                try $0.insert(number: LocalNumber(region: .shanghai, value: "S1"), caseID: SampleRows.caseID(2))
                try $0.insert(number: other, caseID: SampleRows.caseID(1))
                try $0.insert(number: LocalNumber(region: .zhejiang, value: "S1"), caseID: SampleRows.caseID(2))
            }
            try store.read { reader in
                try expect(try reader.caseID(number: other), SampleRows.caseID(1), "case")
                try expect(try reader.caseID(number: LocalNumber(region: .jiangsu, value: "S1")), nil, "no case")
                let wanted = [SampleRows.caseID(1), SampleRows.caseID(2)]
                try expect(try reader.caseIDs(anyNumber: "S1"), wanted, "each case once, ascending")
            }
        },
        Check("the last document of each region is kept") { store in
            let id = SampleRows.caseID(1)
            let first = RegionDocument(caseID: id, region: .shanghai, bytes: [1, 0, 2], dataVersion: "7")
            let second = RegionDocument(caseID: id, region: .shanghai, bytes: [0xFF], dataVersion: nil)
            let other = RegionDocument(caseID: id, region: .anhui, bytes: [], dataVersion: "1")
            try store.write { for row in [first, other] { try $0.upsert(row) } }
            try expect(try store.read { try $0.document(id, region: .shanghai) }, first, "first document")
            try writing(on: store, { try $0.upsert(second) }) { reader in
                try expect(try reader.document(id, region: .shanghai), second, "second document")
                try expect(try reader.document(id, region: .anhui), other, "the other region's")
            }
        },
    ]
}
