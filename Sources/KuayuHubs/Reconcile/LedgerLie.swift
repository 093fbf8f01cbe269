import KuayuReconcile

/// How a hub's interface for reconciliation can be told to lie about a ledger that is in order.
public enum LedgerLie: String, CaseIterable, Sendable {
    /// Tells the truth.
    case none
    /// Fewer rows than claimed.
    case truncate
    /// A row more than claimed: one is told twice.
    case `repeat`
    /// Rows in another order than claimed.
    case shuffle
    /// Claims another sum than that of its rows.
    case wrongsum
    /// Answers from another ledger than the one it has claimed.
    case changing
    /// Identities that do not follow from their rows.
    case wrongeid
    /// A manifest with a wrong digest.
    case wrongmanifest
}

/// A view as the interface tells it: what it claims and what it then shows need not be one.
struct ToldView: Sendable {
    /// What the totals are taken from.
    let claims: any HubLedgerView
    /// What rows, sums of buckets, feeds and negentropy are taken from.
    let answers: any HubLedgerView
    let lie: LedgerLie

    init(_ view: any HubLedgerView, lie: LedgerLie) async throws(FeedError) {
        self.lie = lie
        switch lie {
        case .none, .shuffle, .wrongsum, .wrongmanifest: (claims, answers) = (view, view)
        case .truncate: (claims, answers) = (view, try await Self.changed(view) { $0.removeLast() })
        case .repeat: (claims, answers) = (view, try await Self.changed(view) { $0.append($0[0]) })
        case .changing: (claims, answers) = (view, try await Self.changed(view) { $0[0] = Self.later($0[0]) })
        case .wrongeid:
            let wrong = try await Self.changed(view) { $0[0].id.w0 ^= 1 }
            (claims, answers) = (wrong, wrong)
        }
    }

    private static func changed(
        _ view: any HubLedgerView, _ change: (inout [ToldRow]) -> Void
    ) async throws(FeedError) -> any HubLedgerView {
        var lanes: [Lane: [ToldRow]] = [:]
        for lane in Lane.allCases {
            var rows = try await view.all(lane)
            if !rows.isEmpty { change(&rows) }
            lanes[lane] = rows
        }
        return MemoryLedgerView(watermark: view.watermark, told: lanes)
    }

    /// A row a version on, with the identity that follows from it.
    private static func later(_ told: ToldRow) -> ToldRow {
        var row = told.row
        row.element.version += 1
        return MemoryLedgerView.told([row])[0]
    }

    func totals(_ lane: Lane) async throws(FeedError) -> HubMeta.LaneTotals {
        var totals = try await claims.totals(lane)
        if lie == .wrongsum {
            totals.total.subtract(Accumulator(count: 0, sum: ElementID(0, 0, 0, 1)))
        }
        return totals
    }

    /// Rows in the order in which they are told.
    func told<Row>(_ rows: [Row]) -> [Row] { lie == .shuffle ? rows.reversed() : rows }

    func close() async {
        await claims.close()
        await answers.close()
    }
}
