import KuayuAdapters
import KuayuEngine
import KuayuModel
import KuayuReconcile
import KuayuRules

/// Finds the gateway's own cases that are stuck (R10) or overdue (R11): both ledgers may agree, and still somebody waits.
struct AgeingReader: Sendable {
    let federation: Federation
    let rulebook: Rulebook
    let stuckDays: Int
    private static let page = 1_000

    /// Findings by the hub of the region whose turn it is.
    func findings(in store: any CaseStore, now: Instant) throws -> [RegionCode: [Finding]] {
        let rules = AgeingRules(stuckDays: stuckDays, calendar: rulebook.calendar)
        var result: [RegionCode: [Finding]] = [:]
        var before: CaseID?
        while true {
            let filter = CaseFilter(before: before, limit: Self.page)
            let page = try store.read { reader in
                try reader.cases(filter).map { row in
                    (row, row.head.status.isFinal ? nil : try reader.caseInForce(row.head.caseID))
                }
            }
            for case (_, let event?) in page {
                guard let progress = try progress(event, now: now) else { continue }
                result[progress.inCharge, default: []] += rules.findings(of: progress, now: now)
            }
            guard page.count == Self.page, let last = page.last else { return result }
            before = last.0.head.caseID
        }
    }

    private func progress(_ event: EventRecord, now: Instant) throws -> CaseProgress? {
        guard let record = CaseDocument.decode(event.canonical).record else {
            throw StoreError.corrupt("case \(event.head.caseID.text) cannot be read")
        }
        guard !rulebook.themes.isMain(record), let hub = inCharge(of: record, origin: event.head.origin) else {
            return nil
        }
        let reading = rulebook.clock.reading(of: record, now: now)
        return CaseProgress(
            caseID: event.head.caseID.text, inCharge: hub, lane: hub == event.head.origin ? .out : .in,
            version: event.head.version, status: event.head.status.rawValue, lastEventAt: event.at,
            clockRanOutAt: reading.warning == .red ? reading.redAt : nil)
    }

    /// Who has to do something next: the applying side while the case waits for it, else the lead among those that handle.
    private func inCharge(of record: CaseRecord, origin: RegionCode) -> RegionCode? {
        let isWithApplicant = record[.status] == CaseState.supplementing.rawValue
        let lead = record[.handling].first?[.handlingDivision]
            .flatMap { RegionCode(String($0.prefix(2)) + "0000") }
        let region = isWithApplicant ? origin : lead ?? origin
        return federation.hubs[region] == nil ? nil : region
    }
}
