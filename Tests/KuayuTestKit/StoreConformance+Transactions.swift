import KuayuEngine
import KuayuGateway
import KuayuModel

extension StoreConformance {
    private struct Interruption: Error {}

    static let transactions = [
        Check("an empty store has nothing and finds nothing") { store in
            try lookForNothing(in: store)
            let state = try store.recoveredState()
            try expect(state.deliveries, [], "deliveries")
            try expect(state.lastDelivery, 0, "last delivery")
            try expect(state.lastCases, [], "last cases")
        },
        Check("a write gives back what its body gives") { store in
            try expect(try store.write { _ in 42 }, 42, "value of a write")
            try expect(try store.read { _ in "x" }, "x", "value of a read")
        },
        Check("a thrown error leaves nothing of any table behind") { store in
            let error = try failure(of: store) { transaction in
                try writeOneOfEach(transaction)
                throw Interruption()
            }
            try expect({ if case .unavailable = error { true } else { false } }(), "a foreign error is .unavailable")
            try lookForNothing(in: store)
        },
        Check("a store error passes through unchanged") { store in
            let error = try failure(of: store) { _ in throw StoreError.corrupt("case x") }
            try expect(error, .corrupt("case x"), "error")
        },
        Check("a failed write does not disturb the next") { store in
            _ = try failure(of: store) { transaction in
                try writeOneOfEach(transaction)
                throw Interruption()
            }
            try store.write { try writeOneOfEach($0) }
            try expect(try store.read { try $0.events(SampleRows.caseID(1)).count }, 1, "events")
        },
        Check("a refused row takes its whole transaction back") { store in
            let head = SampleRows.head(SampleRows.caseID(1))
            try store.write { try $0.insert(SampleRows.message("m", about: head)) }
            _ = try failure(of: store) { transaction in
                try transaction.upsert(SampleRows.delivery(1, head.caseID))
                try transaction.insert(SampleRows.message("m", about: head))
            }
            try expect(try store.read { try $0.delivery(DeliveryID(1)) }, nil, "delivery")
        },
        Check("a read does not see a write under way") { store in
            try store.write { transaction in
                try transaction.upsert(SampleRows.delivery(1, SampleRows.caseID(1)))
                try expect(try store.read { try $0.delivery(DeliveryID(1)) }, nil, "beside the write")
                try expect(try transaction.delivery(DeliveryID(1)) != nil, "the write sees its own row")
            }
            try expect(try store.read { try $0.delivery(DeliveryID(1)) } != nil, "after the write")
        },
        Check("ten thousand cases in one transaction") { store in try manyCases(store) },
    ]

    private static func writeOneOfEach(_ transaction: any CaseTransaction) throws {
        let head = SampleRows.head(SampleRows.caseID(1))
        try transaction.insert(SampleRows.message("m", about: head))
        try transaction.insert(SampleRows.event(head))
        try transaction.upsert(SampleRows.delivery(1, head.caseID))
        try transaction.upsert(SampleRows.attempt(1))
        try transaction.upsert(SampleRows.ledger(head.caseID))
        try transaction.upsert(
            RegionDocument(caseID: head.caseID, region: .shanghai, bytes: [1], dataVersion: nil))
        try transaction.insert(number: LocalNumber(region: .shanghai, value: "S1"), caseID: head.caseID)
        try transaction.insert(AuditRow(action: "park", subject: "1", by: "li", reason: nil, at: SampleRows.start))
    }

    private static func lookForNothing(in store: any CaseStore) throws {
        let id = SampleRows.caseID(1)
        try store.read { reader in
            try expect(try reader.message(sender: .shanghai, id: "m"), nil, "message")
            try expect(try reader.messages(id: "m"), [], "messages by id")
            try expect(try reader.messages(caseID: id), [], "messages by case")
            try expect(try reader.caseInForce(id), nil, "case in force")
            try expect(try reader.event(id, version: 1), nil, "event")
            try expect(try reader.events(id), [], "events")
            try expect(try reader.caseID(number: LocalNumber(region: .shanghai, value: "S1")), nil, "number")
            try expect(try reader.caseIDs(anyNumber: "S1"), [], "any number")
            try expect(try reader.document(id, region: .shanghai), nil, "document")
            try expect(try reader.deliveries(caseID: id), [], "deliveries of the case")
            try expect(try reader.delivery(DeliveryID(1)), nil, "delivery")
            let every = Set(DeliveryState.allCases)
            try expect(try reader.deliveries(states: every, hub: nil, after: nil, limit: 9), [], "deliveries")
            try expect(try reader.attempts(DeliveryID(1)), [], "attempts")
            try expect(try reader.cases(CaseFilter()), [], "cases")
            try expect(try reader.ledger(hub: .zhejiang, after: nil, limit: 9), [], "ledger")
            try expect(try reader.deliveryCounts(), [], "delivery counts")
            try expect(try reader.caseCounts(), [], "case counts")
        }
    }

    private static func manyCases(_ store: any CaseStore) throws {
        let count = 10_000
        try store.write { transaction in
            for number in 1...count {
                let head = SampleRows.head(SampleRows.caseID(number))
                try transaction.insert(SampleRows.message("m\(number)", about: head))
                try transaction.insert(SampleRows.event(head))
                try transaction.upsert(SampleRows.delivery(Int64(number), head.caseID))
                try transaction.upsert(SampleRows.ledger(head.caseID))
            }
        }
        try expect(try store.recoveredState().deliveries.count, count, "unsettled deliveries")
        try store.read { reader in
            try expect(try reader.caseCounts().map(\.count), [count], "cases")
            try expect(try reader.deliveryCounts().map(\.count), [count], "deliveries")
            try expect(try reader.message(sender: .shanghai, id: "m\(count)") != nil, "the last message")
            try expect(try pages(of: reader).count, count, "cases over all pages")
            try expect(try reader.cases(CaseFilter(limit: count + 1)).count, count, "a page has at most 10,000 cases")
        }
    }

    private static func pages(of reader: any CaseReader) throws -> [CaseID] {
        var ids: [CaseID] = []
        while true {
            let page = try reader.cases(CaseFilter(before: ids.last, limit: 999))
            if page.isEmpty { return ids }
            ids += page.map(\.head.caseID)
        }
    }
}
