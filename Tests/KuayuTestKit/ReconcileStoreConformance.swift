public import KuayuGateway
import KuayuModel
import KuayuReconcile

/// What every driver of `ReconcileStore` must do, as checks that each run on an empty store of their own.
public enum ReconcileStoreConformance {
    /// One check.
    public struct Check: Sendable, CustomStringConvertible {
        /// What it checks, as a sentence.
        public let description: String
        private let body: @Sendable (any ReconcileStore) throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (any ReconcileStore) throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Runs it; the store must be empty.
        ///
        /// - Throws: `StoreConformance.Failure` when the store does something else, or what the store itself throws.
        public func run(on store: any ReconcileStore) throws { try body(store) }
    }

    /// Every check, in the order of the port.
    public static let checks: [Check] = runs + breaks + transactions + days + repairs + issues

    static func expect<T: Equatable>(
        _ found: T, _ wanted: T, _ what: String, file: String = #fileID, line: Int = #line
    ) throws {
        try StoreConformance.expect(found, wanted, what, file: file, line: line)
    }

    /// The write must be refused, and leave nothing behind.
    static func refuses(
        _ store: any ReconcileStore, _ what: String, _ body: (any ReconcileTransaction) throws -> Void
    ) throws {
        do throws(StoreError) {
            try store.writeReconciliation(body)
        } catch {
            if case .refused = error { return }
            throw StoreConformance.Failure(description: "\(what): \(error)")
        }
        throw StoreConformance.Failure(description: "\(what) was not refused")
    }

    // MARK: runs

    private static let runs = [
        Check("runs come back as they were written, and change in place") { store in
            let full = SampleReconciliation.fullRun(1)
            let bare = SampleReconciliation.run(2)
            try store.writeReconciliation { transaction in
                try transaction.insert(full)
                try transaction.insert(bare)
                try expect(try transaction.run("RC-1"), full, "run inside")
            }
            var ended = bare
            (ended.state, ended.endedAt) = (.feedError, SampleReconciliation.at(7))
            let changed = ended
            try store.writeReconciliation { try $0.update(changed) }
            try store.readReconciliation { try expect(try $0.run("RC-1"), full, "run") }
            try store.readReconciliation { try expect(try $0.run("RC-2"), changed, "changed run") }
            try store.readReconciliation { try expect(try $0.run("RC-3"), nil, "unknown run") }
        },
        Check("a run is inserted once and stays the run it is") { store in
            let run = SampleReconciliation.run(1)
            try store.writeReconciliation { try $0.insert(run) }
            try refuses(store, "a second insert") { try $0.insert(run) }
            try refuses(store, "an unknown run") { try $0.update(SampleReconciliation.run(2)) }
            let changes: [(inout RunRecord) -> Void] = [
                { $0.hub = .anhui }, { $0.kind = .audit }, { $0.profile = .file },
                { $0.startedAt = SampleReconciliation.at(9) },
            ]
            for change in changes {
                var other = run
                change(&other)
                let changed = other
                try refuses(store, "another run") { try $0.update(changed) }
            }
            try store.readReconciliation { try expect(try $0.run("RC-1"), run, "run") }
        },
        Check("runs are listed latest first, by hub, kind, state and day, a page at a time") { store in
            let all = [
                SampleReconciliation.run(1, day: SampleReconciliation.day()),
                SampleReconciliation.run(2, hub: .anhui, state: .agreed),
                SampleReconciliation.run(3, kind: .continuous, state: .differs),
                SampleReconciliation.run(4, kind: .continuous, state: .agreed),
            ]
            try store.writeReconciliation { transaction in for run in all { try transaction.insert(run) } }
            let rows: [(RunFilter, [Int])] = [
                (RunFilter(), [4, 3, 2, 1]), (RunFilter(limit: 2), [4, 3]), (RunFilter(limit: 0), [4]),
                (RunFilter(before: SampleReconciliation.at(3), limit: .max), [2, 1]),
                (RunFilter(before: SampleReconciliation.at(1)), []), (RunFilter(hub: .zhejiang), [4, 3, 1]),
                (RunFilter(kind: .continuous), [4, 3]), (RunFilter(state: .agreed), [4, 2]),
                (RunFilter(day: SampleReconciliation.day()), [1]), (RunFilter(hub: .jiangsu), []),
            ]
            for (filter, wanted) in rows {
                let found = try store.readReconciliation { try $0.runs(filter).map(\.id) }
                try expect(found, wanted.map { "RC-\($0)" }, "runs \(filter)")
            }
            let latest: [(Set<RunRecord.State>?, String?)] = [
                (nil, "RC-4"), ([.differs], "RC-3"), ([.running, .differs], "RC-3"), ([.feedError], nil), ([], nil),
            ]
            for (states, wanted) in latest {
                let found = try store.readReconciliation { try $0.latestRun(hub: .zhejiang, states: states)?.id }
                try expect(found, wanted, "latest")
            }
        },
    ]

    // MARK: transactions

    private static let transactions = [
        Check("a write that fails in the middle leaves nothing") { store in
            struct Broken: Error {}
            let item = SampleReconciliation.item(1)
            let body: (any ReconcileTransaction, Int) throws -> Void = { transaction, failing in
                let writes: [() throws -> Void] = [
                    { try transaction.insert(SampleReconciliation.run(1)) },
                    { try transaction.apply(breaks: [item], events: [SampleReconciliation.event(item)]) },
                    { try transaction.upsert(SampleReconciliation.report()) },
                    { try transaction.upsert(SampleReconciliation.signOff("a")) },
                    { try transaction.insert(SampleReconciliation.plan("RC-1")) },
                    { try transaction.upsert(SampleReconciliation.group()) },
                ]
                for (number, write) in writes.enumerated() {
                    if number == failing { throw Broken() }
                    try write()
                }
                throw Broken()
            }
            for failing in 0...6 {
                do throws(StoreError) {
                    try store.writeReconciliation { try body($0, failing) }
                    throw StoreError.corrupt("the write did not fail")
                } catch {
                    guard case .unavailable = error else { throw error }
                }
                try store.readReconciliation { reader in
                    try expect(try reader.runs(RunFilter()), [], "runs")
                    try expect(try reader.breaks(BreakFilter()), [], "breaks")
                    try expect(try reader.breakEvents(BreakEventFilter()), [], "steps")
                    try expect(try reader.reports(before: nil, limit: 9), [], "reports")
                    try expect(try reader.openRepairPlans(), [], "plans")
                    try expect(try reader.openIssueGroups(hub: .zhejiang), [], "issues")
                }
            }
        }
    ]
}
