import GRDB
import KuayuGateway
import KuayuModel
import KuayuReconcile

/// Reports, signatures and repair plans.
extension SQLiteReconciliation {
    // MARK: reports

    func report(hub: RegionCode?, day: CalendarDate) throws -> StoredReport? {
        try rows(
            "SELECT * FROM reconcile_report WHERE hub = ? AND day = ?", [hub?.stored ?? 0, day.daysSinceEpoch],
            Decode.report
        ).first
    }

    func reports(before day: CalendarDate?, limit: Int) throws -> [StoredReport] {
        try rows(
            """
            SELECT hub, day, digest, computed_at, x'' AS bytes FROM reconcile_report WHERE day < ?
            ORDER BY day DESC, hub LIMIT ?
            """, [day?.daysSinceEpoch ?? Int.max, SQLiteReader.limit(limit)], Decode.report)
    }

    func upsert(_ report: StoredReport) throws {
        let known = try self.report(hub: report.hub, day: report.day)
        let signOff = try report.hub.flatMap { try self.signOff(hub: $0, day: report.day) }
        try SignOffRule.check(report, replacing: known, signOff: signOff)
        try run(
            "INSERT OR REPLACE INTO reconcile_report (hub, day, digest, computed_at, bytes) VALUES (?, ?, ?, ?, ?)",
            [
                report.hub?.stored ?? 0, report.day.daysSinceEpoch, report.digest,
                report.computedAt.epochMilliseconds, Blob(report.bytes),
            ])
    }

    // MARK: signatures

    func signOff(hub: RegionCode, day: CalendarDate) throws -> SignOff? {
        try rows(
            "SELECT * FROM sign_off WHERE hub = ? AND day = ?", [hub.stored, day.daysSinceEpoch], Decode.signOff
        ).first
    }

    func signOffs(hub: RegionCode, limit: Int) throws -> [SignOff] {
        try rows(
            "SELECT * FROM sign_off WHERE hub = ? ORDER BY day DESC LIMIT ?",
            [hub.stored, SQLiteReader.limit(limit)], Decode.signOff)
    }

    func upsert(_ signOff: SignOff) throws {
        try SignOffRule.check(
            signOff, report: try report(hub: signOff.hub, day: signOff.day),
            known: try self.signOff(hub: signOff.hub, day: signOff.day))
        guard let first = signOff.first, let digest = signOff.reportDigest else {
            return try run(
                "DELETE FROM sign_off WHERE hub = ? AND day = ?", [signOff.hub.stored, signOff.day.daysSinceEpoch])
        }
        try run(
            """
            INSERT OR REPLACE INTO sign_off (hub, day, digest, first_by, first_at, second_by, second_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                signOff.hub.stored, signOff.day.daysSinceEpoch, digest, first.by, first.at.epochMilliseconds,
                signOff.second?.by, signOff.second?.at.epochMilliseconds,
            ])
    }

    // MARK: repairs

    private func plan(_ row: Row) throws -> KeptRepairPlan { try Decode.plan(row, digester) }

    func repairPlan(_ id: String) throws -> KeptRepairPlan? {
        try rows("SELECT * FROM repair_plan WHERE id = ?", [id], plan).first
    }

    func repairPlans(hub: RegionCode?, limit: Int) throws -> [KeptRepairPlan] {
        try rows(
            "SELECT * FROM repair_plan WHERE (? IS NULL OR hub = ?) ORDER BY begun_at DESC, id LIMIT ?",
            [hub?.stored, hub?.stored, SQLiteReader.limit(limit)], plan)
    }

    func openRepairPlans() throws -> [KeptRepairPlan] {
        try rows("SELECT * FROM repair_plan WHERE ended_at IS NULL ORDER BY begun_at, id", [], plan)
    }

    func repairSteps(plan id: String) throws -> [KeptRepairStep] {
        try rows("SELECT * FROM repair_step WHERE plan = ? ORDER BY step", [id], Decode.step)
    }

    func insert(_ plan: KeptRepairPlan) throws {
        try run(
            """
            INSERT INTO repair_plan (id, hub, run, by, begun_at, ended_at, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [
                plan.plan.id, plan.plan.hub.stored, plan.plan.run, plan.by, plan.begunAt.epochMilliseconds,
                plan.endedAt?.epochMilliseconds, Blob(plan.plan.json()),
            ])
    }

    func insert(_ step: KeptRepairStep, plan id: String) throws {
        try checkKnown(plan: id)
        try run(
            """
            INSERT INTO repair_step (plan, step, outcome, detail, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """, [id, step.step, step.outcome.name, step.outcome.detail, step.at.epochMilliseconds])
    }

    func endRepairPlan(_ id: String, at: Instant) throws {
        try checkKnown(plan: id)
        try run(
            "UPDATE repair_plan SET ended_at = ? WHERE id = ? AND ended_at IS NULL", [at.epochMilliseconds, id])
    }

    private func checkKnown(plan id: String) throws {
        let known = try rows("SELECT 1 FROM repair_plan WHERE id = ?", [id]) { _ in true }
        if known.isEmpty { throw StoreError.refused("repair plan \(id) is not kept") }
    }
}
