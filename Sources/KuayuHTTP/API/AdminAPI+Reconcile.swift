import KuayuConsole
import KuayuGateway
import KuayuModel
import KuayuReconcile

// Reconciliation on the admin port: runs, reports, decisions, repairs, signatures.
extension AdminAPI {
    func addReconciliation(to table: inout RouteTable, _ reconciler: Reconciler) {
        let api = ReconcileAPI(reconciler: reconciler)
        table.on("POST", "/admin/reconcile/runs/{hub}") { request, parameters in
            await api.answer { try await api.run(parameters["hub"], request) }
        }
        table.on("POST", "/admin/reconcile/breaks/{id}/{action}") { request, parameters in
            await api.answer { try await api.decide(parameters["id"], parameters["action"], request) }
        }
        table.on("GET", "/admin/reconcile/plans/{hub}") { request, parameters in
            await api.answer { try api.plan(parameters["hub"], request) }
        }
        table.on("POST", "/admin/reconcile/plans/{hub}/{plan}") { request, parameters in
            await api.answer { try await api.apply(parameters["plan"], parameters["hub"], request) }
        }
        table.on("POST", "/admin/reconcile/signoff/{hub}/{day}") { request, parameters in
            await api.answer { try await api.sign(parameters["hub"], parameters["day"], request) }
        }
        table.on("GET", "/reconcile") { request, _ in await api.answer { try api.report(request, format: "html") } }
        table.on("GET", "/reconcile/report") { request, _ in await api.answer { try api.report(request, format: nil) } }
    }
}

/// What the routes do.
struct ReconcileAPI: Sendable {
    let reconciler: Reconciler

    /// What cannot be read of a request.
    struct BadRequest: Error {
        let text: String
    }

    func answer(_ body: () async throws -> OutboundResponse) async -> OutboundResponse {
        do {
            return try await body()
        } catch let refusal as ReconcileRefusal {
            return .text(Self.text(refusal) + "\n", status: Self.status(refusal))
        } catch let bad as BadRequest {
            return .text(bad.text + "\n", status: 400)
        } catch {
            return .text("the store cannot be used: \(error)\n", status: 503)
        }
    }

    private static func status(_ refusal: ReconcileRefusal) -> Int {
        switch refusal {
        case .noSuchHub, .noSuchBreak, .noSuchRun: 404
        case .noSuchPlan, .order, .signOff: 409
        }
    }

    private static func text(_ refusal: ReconcileRefusal) -> String {
        switch refusal {
        case .noSuchHub(let hub): "hub \(hub.text) is not configured, or its ledger is not compared"
        case .noSuchBreak(let id): "there is no break \(id)"
        case .noSuchRun(let id): "there is no run \(id)"
        case .noSuchPlan: "the breaks have moved since the plan was made: make it anew"
        case .order(let refusal): "refused: \(refusal)"
        case .signOff(let refusal): "\(refusal.chinese) — \(refusal.english)"
        }
    }

    // MARK: runs and reports

    func run(_ hub: String, _ request: InboundRequest) async throws -> OutboundResponse {
        let kind = RunRecord.Kind(rawValue: request.head.query("kind") ?? "onDemand") ?? .onDemand
        let day = try request.head.query("day").map(day)
        let run = try await reconciler.run(try region(hub), kind: kind, day: day)
        if kind == .daily, let day { try reconciler.keepReport(run.hub, day: day) }
        return try report(.run(run.id), [run.hub], format: request.head.query("format") ?? "json", request)
    }

    func report(_ request: InboundRequest, format: String?) throws -> OutboundResponse {
        let hubs = try request.head.query("hub").map { [try region($0)] } ?? reconciler.hubs
        let period: ReconReport.Period
        if let id = request.head.query("run") {
            period = .run(id)
        } else {
            period = .day(try request.head.query("day").map(day) ?? reconciler.today)
        }
        return try report(period, hubs, format: format ?? request.head.query("format") ?? "json", request)
    }

    private func report(
        _ period: ReconReport.Period, _ hubs: [RegionCode], format: String, _ request: InboundRequest
    ) throws -> OutboundResponse {
        let report = try reconciler.report(period, hubs: hubs)
        let language = request.head.query("lang").flatMap(ReportLanguage.init(rawValue:)) ?? .chinese
        switch format {
        case "json": return .json(report.json())
        case "csv":
            return OutboundResponse(
                status: 200, contentType: "text/csv; charset=utf-8", body: ReportCSV.breaks(of: report))
        case "ndjson":
            return OutboundResponse(
                status: 200, contentType: "application/x-ndjson", body: ReportNDJSON.lines(of: report))
        case "html":
            return OutboundResponse(
                status: 200, contentType: "text/html; charset=utf-8",
                headers: [("Content-Security-Policy", ReportPage.contentSecurityPolicy)],
                body: ReportPage.html(report, language: language))
        default: throw BadRequest(text: "format is json, html, csv or ndjson")
        }
    }

    // MARK: what persons order

    func decide(_ id: String, _ action: String, _ request: InboundRequest) async throws -> OutboundResponse {
        let command: BreakOrder.Command
        switch action {
        case "assign": command = .assign(to: try needed("to", request))
        case "propose": command = .propose(try proposal(request))
        case "approve": command = .approve
        case "decline": command = .decline
        default: throw BadRequest(text: "assign, propose, approve or decline")
        }
        guard let reason = ReasonCode(rawValue: request.head.query("reason") ?? "assignment") else {
            throw BadRequest(text: "reason is one of " + ReasonCode.allCases.map(\.rawValue).joined(separator: " "))
        }
        let order = BreakOrder(
            command, by: try needed("by", request), reason: reason, evidence: request.head.query("evidence") ?? "")
        let item = try await reconciler.decide(order, on: id)
        return .text("\(item.id) \(item.finding.code.rawValue) \(item.state.chinese)\n")
    }

    private func proposal(_ request: InboundRequest) throws -> BreakProposal {
        switch try needed("what", request) {
        case "void": return .void
        case "accept": return .accept(until: try day(try needed("until", request)))
        case let name:
            guard let action = RepairAction(rawValue: name) else {
                let names = RepairAction.allCases.map(\.rawValue).joined(separator: " ")
                throw BadRequest(text: "what is void, accept or one of \(names)")
            }
            return .repair(action)
        }
    }

    func plan(_ hub: String, _ request: InboundRequest) throws -> OutboundResponse {
        let scope = RepairPlanner.Scope(rawValue: request.head.query("scope") ?? "automatic") ?? .automatic
        return .json(try reconciler.plan(try region(hub), scope: scope).plan.json(withNonces: false))
    }

    func apply(_ plan: String, _ hub: String, _ request: InboundRequest) async throws -> OutboundResponse {
        let execution = try await reconciler.apply(plan, hub: try region(hub), by: try needed("by", request))
        let tally = execution.tally
        return .text(
            "执行 \(tally.done) · 此前已执行 \(tally.already) · 跳过 \(tally.stale) · 失败 \(tally.failed) · 转人工 "
                + "\(tally.askRegion) · 剩余 \(tally.left)\n")
    }

    func sign(_ hub: String, _ day: String, _ request: InboundRequest) async throws -> OutboundResponse {
        let signOff = try await reconciler.sign(try region(hub), day: try self.day(day), by: try needed("by", request))
        return .text(
            signOff.isFrozen
                ? "双方已签署，报告冻结 — signed by two persons; the report is frozen\n" : "已签署，待第二人 — signed first\n")
    }

    // MARK: values

    private func needed(_ name: String, _ request: InboundRequest) throws -> String {
        guard let value = request.head.query(name), !value.isEmpty else { throw BadRequest(text: "say \(name)=") }
        return value
    }

    private func region(_ text: String) throws -> RegionCode {
        guard let code = RegionCode(text) else { throw BadRequest(text: "\(text) is not a region") }
        return code
    }

    private func day(_ text: String) throws -> CalendarDate {
        guard let day = CalendarDate(text) else { throw BadRequest(text: "\(text) is not a day, yyyy-MM-dd") }
        return day
    }
}
