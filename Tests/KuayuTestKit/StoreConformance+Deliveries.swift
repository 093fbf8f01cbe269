import KuayuEngine
import KuayuGateway
import KuayuModel

extension StoreConformance {
    static let deliveries = [
        Check("a delivery comes back in every state") { store in
            let rows = DeliveryState.allCases.enumerated().map { index, state in
                var row = SampleRows.delivery(
                    Int64(index + 1), SampleRows.caseID(index + 1), state: state, attempts: index)
                row.garbageCount = index
                row.reason = index % 2 == 0 ? nil : "第\(index)次"
                row.nextAttemptAt = state == .retrying ? SampleRows.start.adding(milliseconds: 1234) : nil
                return row
            }
            try writing(on: store, { for row in rows { try $0.upsert(row) } }) { reader in
                for row in rows { try expect(try reader.delivery(row.id), row, "delivery") }
            }
        },
        Check("an update changes how a delivery stands, never what it carries") { store in
            let first = SampleRows.delivery(1, SampleRows.caseID(1))
            try store.write { try $0.upsert(first) }
            let stranger = DeliveryRow(
                id: first.id, caseID: SampleRows.caseID(2), version: 9, hub: .anhui, messageID: "x",
                createdAt: SampleRows.start.adding(milliseconds: 1), deadline: SampleRows.start, state: .parked,
                attemptCount: 3, garbageCount: 2, nextAttemptAt: nil, reason: "hold", settledAt: nil)
            var wanted = first
            wanted.deadline = stranger.deadline
            wanted.state = .parked
            wanted.attemptCount = 3
            wanted.garbageCount = 2
            wanted.reason = "hold"
            try writing(on: store, { try $0.upsert(stranger) }) { reader in
                try expect(try reader.delivery(first.id), wanted, "delivery")
            }
        },
        Check("a delivery's deadline moves either way, and a start finds it moved") { store in
            var row = SampleRows.delivery(1, SampleRows.caseID(1))
            try store.write { try $0.upsert(row) }
            for milliseconds: Int64 in [3_600_000, -7_200_000, 259_200_000] {
                row.deadline = row.deadline.adding(milliseconds: milliseconds)
                try store.write { [row] in try $0.upsert(row) }
                try expect(try store.read { try $0.delivery(row.id) }, row, "moved by \(milliseconds) ms")
                try expect(try store.recoveredState().deliveries, [row], "found again")
            }
        },
        Check("deliveries filter by state and hub, and page") { store in try listDeliveries(store) },
        Check("deliveries of a case stand in their order") { store in
            let id = SampleRows.caseID(1)
            let rows = [
                SampleRows.delivery(3, id, version: 2), SampleRows.delivery(1, id),
                SampleRows.delivery(2, SampleRows.caseID(2)),
            ]
            try writing(on: store, { for row in rows { try $0.upsert(row) } }) { reader in
                try expect(try reader.deliveries(caseID: id).map(\.id.value), [1, 3], "deliveries")
            }
        },
        Check("deliveries are counted by hub and state") { store in
            let states: [(RegionCode, DeliveryState)] = [
                (.zhejiang, .waiting), (.zhejiang, .delivered), (.anhui, .parked), (.zhejiang, .delivered),
            ]
            try store.write { transaction in
                for (index, (hub, state)) in states.enumerated() {
                    let id = SampleRows.caseID(index + 1)
                    try transaction.upsert(SampleRows.delivery(Int64(index + 1), id, hub: hub, state: state))
                }
            }
            let wanted = [
                DeliveryCount(hub: .zhejiang, state: .delivered, count: 2),
                DeliveryCount(hub: .zhejiang, state: .waiting, count: 1),
                DeliveryCount(hub: .anhui, state: .parked, count: 1),
            ]
            try expect(try store.read { try $0.deliveryCounts() }, wanted, "counts")
        },
        Check("hubs with a case or an open delivery are known") { store in
            try expect(try store.read { try $0.knownHubs() }, [], "before anything")
            let open = DeliveryState.allCases.filter { !$0.isSettled }
            let write: (any CaseTransaction) throws -> Void = { transaction in
                for (index, state) in DeliveryState.allCases.enumerated() {
                    let id = SampleRows.caseID(index + 1)
                    try transaction.upsert(SampleRows.delivery(Int64(index + 1), id, hub: .zhejiang, state: state))
                    // What is settled and in no ledger says nothing: the hub refused it, or it was cancelled.
                    if state.isSettled {
                        try transaction.upsert(SampleRows.delivery(Int64(index + 50), id, hub: .jiangsu, state: state))
                    }
                }
                try transaction.upsert(SampleRows.delivery(99, SampleRows.caseID(9), hub: .shanghai))
                for number in 1...3 {
                    try transaction.upsert(SampleRows.ledger(SampleRows.caseID(number), hub: .anhui))
                }
                try transaction.upsert(SampleRows.ledger(SampleRows.caseID(1), hub: .zhejiang))
            }
            let wanted = [
                KnownHub(region: .shanghai, openCount: 1), KnownHub(region: .zhejiang, openCount: open.count),
                KnownHub(region: .anhui, openCount: 0),
            ]
            try writing(on: store, write) { try expect(try $0.knownHubs(), wanted, "hubs") }
        },
        Check("the end of an attempt keeps its beginning") { store in
            let begun = SampleRows.attempt(1)
            try store.write { try $0.upsert(begun) }
            try expect(try store.read { try $0.attempts(DeliveryID(1)) }, [begun], "begun")
            let later = SampleRows.start.adding(milliseconds: 9000)
            let end = AttemptRow(
                delivery: DeliveryID(1), number: 1, startedAt: later, endedAt: later, outcome: "busy", detail: "BUSY")
            let wanted = AttemptRow(
                delivery: DeliveryID(1), number: 1, startedAt: begun.startedAt, endedAt: later, outcome: "busy",
                detail: "BUSY")
            try writing(on: store, { try $0.upsert(end) }) { reader in
                try expect(try reader.attempts(DeliveryID(1)), [wanted], "ended")
            }
        },
        Check("attempts stand in their order, each delivery's own") { store in
            try store.write { transaction in
                for number in [2, 10, 1] { try transaction.upsert(SampleRows.attempt(1, number)) }
                try transaction.upsert(SampleRows.attempt(2, 1))
            }
            try expect(try store.read { try $0.attempts(DeliveryID(1)).map(\.number) }, [1, 2, 10], "attempts")
            try expect(try store.read { try $0.attempts(DeliveryID(2)).count }, 1, "attempts of the other")
        },
        Check("a decision can be written") { store in
            let audit = AuditRow(action: "park", subject: "1", by: "li", reason: "hold", at: SampleRows.start)
            try store.write { transaction in for _ in 0..<2 { try transaction.insert(audit) } }
        },
    ]

    private static func listDeliveries(_ store: any CaseStore) throws {
        let hubs: [RegionCode] = [.zhejiang, .anhui]
        let states: [DeliveryState] = [.waiting, .parked, .delivered]
        try store.write { transaction in
            for number in 1...12 {
                let id = SampleRows.caseID(number)
                let row = SampleRows.delivery(Int64(number), id, hub: hubs[number % 2], state: states[number % 3])
                try transaction.upsert(row)
            }
        }
        func ids(
            _ states: Set<DeliveryState>, _ hub: RegionCode? = nil, after: Int64? = nil, limit: Int = 100
        ) throws -> [Int64] {
            try store.read {
                try $0.deliveries(states: states, hub: hub, after: after.map { DeliveryID($0) }, limit: limit)
                    .map(\.id.value)
            }
        }
        try expect(try ids([.parked]), [1, 4, 7, 10], "parked")
        try expect(try ids([.parked, .waiting]), [1, 3, 4, 6, 7, 9, 10, 12], "parked or waiting")
        try expect(try ids([.parked], .anhui), [1, 7], "parked at one hub")
        try expect(try ids([.parked], after: 4), [7, 10], "after one")
        try expect(try ids([.parked], limit: 2), [1, 4], "a page")
        try expect(try ids([.parked], .anhui, after: 1, limit: 1), [7], "all filters")
        try expect(try ids([.parked], after: 10), [], "behind the last")
        try expect(try ids([.inDoubt]), [], "in a state that none has")
        try expect(try ids([]), [], "in no state")
    }

    static let ledgers = [
        Check("an older version changes nothing in a ledger") { store in
            let id = SampleRows.caseID(1)
            let second = SampleRows.ledger(id, version: 2, status: .accepted, digest: "sha256:bb")
            try store.write { try $0.upsert(second) }
            let rows: [(LedgerRow, LedgerRow)] = [
                (SampleRows.ledger(id, version: 1), second),
                (
                    SampleRows.ledger(id, version: 2, status: .accepted, digest: "-"),
                    SampleRows.ledger(id, version: 2, status: .accepted, digest: "-")
                ),
                (
                    SampleRows.ledger(id, version: 3, status: .closed),
                    SampleRows.ledger(id, version: 3, status: .closed)
                ),
            ]
            for (told, wanted) in rows {
                try writing(on: store, { try $0.upsert(told) }) { reader in
                    try expect(try reader.ledger(hub: .zhejiang, after: nil, limit: 9), [wanted], "row")
                }
            }
        },
        Check("what a case was registered with stays in a ledger") { store in
            let first = SampleRows.ledger(SampleRows.caseID(1))
            var second = SampleRows.ledger(SampleRows.caseID(1), version: 2, status: .accepted)
            second.nonce = "ff"
            second.registeredAt = SampleRows.start.adding(milliseconds: 1)
            try store.write { for row in [first, second] { try $0.upsert(row) } }
            let row = try store.read { try $0.ledger(hub: .zhejiang, after: nil, limit: 9).first }
            try expect(row?.version, 2, "version")
            try expect(row?.nonce, first.nonce, "nonce")
            try expect(row?.registeredAt, first.registeredAt, "time")
        },
        Check("a ledger pages by case, each hub its own") { store in
            try store.write { transaction in
                for number in [3, 1, 2] { try transaction.upsert(SampleRows.ledger(SampleRows.caseID(number))) }
                try transaction.upsert(SampleRows.ledger(SampleRows.caseID(2), hub: .anhui))
            }
            func page(_ after: CaseID?, _ limit: Int) throws -> [Int] {
                try store.read { try $0.ledger(hub: .zhejiang, after: after, limit: limit).map(\.caseID.sequence) }
            }
            try expect(try page(nil, 2), [1, 2], "first page")
            try expect(try page(SampleRows.caseID(2), 2), [3], "second page")
            try expect(try page(SampleRows.caseID(3), 2), [], "behind the last")
        },
    ]

    static let recovery = [
        Check("a start gets what has not settled, and the last delivery of all") { store in
            let rows = DeliveryState.allCases.enumerated().map { index, state in
                SampleRows.delivery(Int64(20 - index), SampleRows.caseID(index + 1), state: state)
            }
            try store.write { for row in rows { try $0.upsert(row) } }
            let last = SampleRows.delivery(99, SampleRows.caseID(50), state: .delivered)
            try store.write { try $0.upsert(last) }
            let state = try store.recoveredState()
            let wanted = rows.filter { !$0.state.isSettled }.sorted { $0.id < $1.id }
            try expect(state.deliveries, wanted, "deliveries, ascending")
            try expect(state.lastDelivery, 99, "last delivery")
        },
        Check("a start gets the last case of every gateway and day") { store in
            let ids = [
                SampleRows.caseID(5), SampleRows.caseID(900, gateway: 2), SampleRows.caseID(7),
                SampleRows.caseID(99_999, gateway: 0), SampleRows.caseID(1, gateway: 99),
                SampleRows.caseID(3, day: -1), SampleRows.caseID(2, day: -1),
                SampleRows.caseID(4, gateway: 2, day: -400),
            ]
            try store.write { for id in ids { try $0.insert(SampleRows.event(SampleRows.head(id))) } }
            let wanted = [ids[7], ids[5], ids[3], ids[2], ids[1], ids[4]]
            try expect(try store.recoveredState().lastCases, wanted, "last cases, ascending")
        },
        Check("a start knows which hubs an operator stopped") { store in
            let at = SampleRows.head(SampleRows.caseID(1)).registeredAt
            let words = [
                ("stop", "310000"), ("stop", "320000"), ("resume", "310000"), ("retry", "330000"), ("stop", "340000"),
            ]
            try store.write { transaction in
                for (action, subject) in words {
                    try transaction.insert(
                        AuditRow(action: action, subject: subject, by: "test", reason: nil, at: at))
                }
            }
            try expect(try store.recoveredState().stopped, [.jiangsu, .anhui], "stopped hubs")
        },
        Check("the last message of a hub is known by its time") { store in
            try expect(try store.read { try $0.lastReceived(sender: .jiangsu) }, nil, "before any message")
        },
    ]
}
