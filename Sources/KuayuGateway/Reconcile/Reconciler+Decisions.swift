import KuayuEvidence
public import KuayuModel
public import KuayuReconcile

// What persons order.
extension Reconciler {
    /// Does what a person orders of a break; two persons where two are needed.
    public func decide(_ order: BreakOrder, on breakID: String) async throws -> Break {
        guard let item = try store.readReconciliation({ try $0.breaks(ids: [breakID]) }).first else {
            throw ReconcileRefusal.noSuchBreak(breakID)
        }
        try await turns.take(item.hub) {
            try change(item.hub) { book, transaction in
                let history = try transaction.breakEvents(of: breakID).map(\.event)
                do throws(BreakRefusal) {
                    return try book.decide(order, on: breakID, history: history, now: now)
                } catch {
                    throw ReconcileRefusal.order(error)
                }
            }
        }
        return try store.readReconciliation { try $0.breaks(ids: [breakID]) }.first ?? item
    }

    /// Signs the report of a hub's day, first or second.
    public func sign(_ hub: RegionCode, day: CalendarDate, by person: String) async throws -> SignOff {
        try await turns.take(hub) {
            let report = try stored(hub, day)
            let statement = try statement(hub, day, report)
            return try store.writeReconciliation { transaction in
                var signOff = try transaction.signOff(hub: hub, day: day) ?? SignOff(hub: hub, day: day)
                do throws(SignOff.Refusal) {
                    try signOff.sign(by: person, at: now, statement)
                } catch {
                    throw ReconcileRefusal.signOff(error)
                }
                try transaction.upsert(signOff)
                return signOff
            }
        }
    }

    /// The report of a hub's day as it stands in the store; computed and kept when it is not.
    ///
    /// Until somebody signs, it is computed anew, so that it says what is so now.
    private func stored(_ hub: RegionCode, _ day: CalendarDate) throws -> StoredReport {
        let known = try store.readReconciliation { reader in
            (try reader.report(hub: hub, day: day), try reader.signOff(hub: hub, day: day))
        }
        if let report = known.0, known.1?.first != nil { return report }
        return try keepReport(hub, day: day)
    }

    private func statement(
        _ hub: RegionCode, _ day: CalendarDate, _ report: StoredReport
    ) throws -> SignOff.Statement {
        let maker = ReportMaker(reconciler: self)
        let runs = try maker.runs(of: hub, day: day)
        return SignOff.Statement(
            reportDigest: report.digest, rollForward: try maker.account(of: hub, day: day),
            hasRun: runs.contains {
                $0.kind == .daily && $0.day == day && ($0.state == .agreed || $0.state == .differs)
            })
    }

    /// Computes the report of a day and keeps it, unless it is signed off.
    ///
    /// - Parameter hub: nil for the report of all hubs.
    @discardableResult
    public func keepReport(_ hub: RegionCode?, day: CalendarDate) throws -> StoredReport {
        let report = try ReportMaker(reconciler: self).report(.day(day), hubs: hub.map { [$0] } ?? hubs)
        let bytes = report.json()
        let stored = StoredReport(
            hub: hub, day: day, digest: "sha256:" + HexText.encode(gateway.crypto.sha256(bytes)), computedAt: now,
            bytes: bytes)
        try store.writeReconciliation { try $0.upsert(stored) }
        return stored
    }

    /// The report of a day or a run, computed from what is kept.
    public func report(_ period: ReconReport.Period, hubs: [RegionCode]) throws -> ReconReport {
        try ReportMaker(reconciler: self).report(period, hubs: hubs)
    }
}
