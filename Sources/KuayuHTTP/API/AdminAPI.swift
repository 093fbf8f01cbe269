import KuayuEngine
public import KuayuGateway
import KuayuModel
import KuayuRules

/// Plain HTTP on loopback: health, metrics and what the command line asks of a running gateway.
public struct AdminAPI: Sendable {
    private let gateway: Gateway
    private let reconciler: Reconciler?

    /// The interface of a gateway; without a reconciler there is nothing to reconcile.
    public init(gateway: Gateway, reconciler: Reconciler? = nil) {
        self.gateway = gateway
        self.reconciler = reconciler
    }

    /// Its routes.
    public var table: RouteTable {
        let admin = self
        var table = RouteTable()
        Self.addHealth(to: &table, gateway: gateway)
        table.on("POST", "/admin/deliveries/{id}/{action}") { request, parameters in
            await admin.decide(parameters["id"], parameters["action"], request)
        }
        table.on("POST", "/admin/hubs/{region}/{action}") { request, parameters in
            await admin.steer(parameters["region"], parameters["action"], request)
        }
        table.on("POST", "/admin/calendar") { request, _ in await admin.load(request) }
        table.on("GET", "/admin/ledger/{region}") { _, parameters in admin.ledger(parameters["region"]) }
        table.on("GET", "/admin/routes") { _, _ in admin.routes() }
        if let reconciler { addReconciliation(to: &table, reconciler) }
        return table
    }

    /// Health and metrics, the same on both interfaces.
    static func addHealth(to table: inout RouteTable, gateway: Gateway) {
        table.on("GET", "/healthz") { _, _ in .text("ok\n") }
        table.on("GET", "/readyz") { _, _ in ready(gateway) }
        table.on("GET", "/metrics") { _, _ in metrics(gateway) }
    }

    private static func ready(_ gateway: Gateway) -> OutboundResponse {
        do {
            _ = try gateway.store.read { try $0.cases(CaseFilter(limit: 1)) }
            return .text("ready\n")
        } catch {
            return .text("the store cannot be read\n", status: 503)
        }
    }

    private static func metrics(_ gateway: Gateway) -> OutboundResponse {
        do {
            let counts = try gateway.store.read { reader in
                MetricCounts(
                    deliveries: try reader.deliveryCounts(), cases: try reader.caseCounts(),
                    notices: try reader.noticeCounts(), openBundles: try reader.openBundleCount())
            }
            let text = Metrics.text(counters: gateway.counters.values, routes: gateway.routeStatus, counts)
            return OutboundResponse(
                status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(text.utf8))
        } catch {
            return .text("the store cannot be read\n", status: 503)
        }
    }

    private func decide(_ id: String, _ action: String, _ request: InboundRequest) async -> OutboundResponse {
        guard let number = Int64(id), let by = request.head.query("by"), !by.isEmpty else {
            return .text("name the delivery by number, and who decides with ?by=\n", status: 400)
        }
        let delivery = DeliveryID(number)
        let reason = request.head.query("reason") ?? ""
        let command: OperatorCommand
        switch action {
        case "retry": command = .retry(delivery, by: by)
        case "release": command = .release(delivery, by: by)
        case "park": command = .park(delivery, reason: reason.isEmpty ? "parked by \(by)" : reason, by: by)
        case "confirm": command = .confirm(delivery, by: by)
        case "cancel":
            guard !reason.isEmpty else { return .text("a cancellation needs a reason\n", status: 400) }
            command = .cancel(delivery, reason: reason, by: by)
        default: return .problem(.notFound)
        }
        return answer(await gateway.carryOut(command))
    }

    private func steer(_ region: String, _ action: String, _ request: InboundRequest) async -> OutboundResponse {
        guard let code = RegionCode(region), let by = request.head.query("by"), !by.isEmpty else {
            return .text("name a region, and who decides with ?by=\n", status: 400)
        }
        switch action {
        case "stop": return answer(await gateway.carryOut(.stop(code, by: by)))
        case "resume": return answer(await gateway.carryOut(.resume(code, by: by)))
        default: return .problem(.notFound)
        }
    }

    /// Takes a work calendar (CSV) and lets every open case be looked at by it.
    private func load(_ request: InboundRequest) async -> OutboundResponse {
        guard let by = request.head.query("by"), !by.isEmpty else {
            return .text("say who loads it with ?by=\n", status: 400)
        }
        do {
            let current = try gateway.store.read { try $0.calendar() }.map { try WorkCalendar(csv: $0) }
            let calendar = try CalendarFile.read(request.body, replacing: current ?? .standard)
            guard await gateway.load(calendar: calendar, bytes: request.body, by: by) else {
                return .text("the store did not take it\n", status: 503)
            }
            return .text("\(calendar.edition)\n")
        } catch let refusal as CalendarFile.Refusal {
            let lines = refusal.problems.map { $0.text(file: "workdays.csv") }
            return .text(lines.joined(separator: "\n") + "\n", status: 422)
        } catch {
            return .text("the calendar in force cannot be read\n", status: 503)
        }
    }

    private func answer(_ answer: Answer) -> OutboundResponse {
        switch answer {
        case .done: .text("done\n")
        case .notApplicable(let reason): .text(reason + "\n", status: 409)
        case .unavailable(let reason): .text(reason + "\n", status: 503)
        case .recorded, .duplicate, .conflict: .text("unexpected\n", status: 500)
        }
    }

    /// What a hub should have, `case_id,registered_at,version,status,content_digest,nonce`, a line a case.
    private func ledger(_ region: String) -> OutboundResponse {
        guard let code = RegionCode(region) else { return .text("no such region\n", status: 404) }
        do {
            let rows = try gateway.store.read { try $0.ledger(hub: code, after: nil, limit: Int.max) }
            return .text(
                rows.map {
                    "\($0.caseID.text),\($0.registeredAt.epochSeconds),\($0.version),\($0.status.rawValue),"
                        + "\($0.contentDigest),\($0.nonce)\n"
                }.joined())
        } catch {
            return .text("the store cannot be read\n", status: 503)
        }
    }

    private func routes() -> OutboundResponse {
        var writer = JSONObjectWriter()
        writer.member(
            "routes",
            gateway.routeStatus.map { status in
                var writer = JSONObjectWriter()
                writer.member("hub", status.hub.text)
                writer.member("phase", status.phase)
                writer.member("inFlight", status.inFlight)
                writer.member("ready", status.ready)
                if let reason = status.reason { writer.member("reason", reason) }
                return writer.finish()
            })
        return .json(writer.finish())
    }
}
