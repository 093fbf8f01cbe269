import KuayuEvidence
import KuayuHTTP
import KuayuModel
import Synchronization

/// What the demo and the tests ask of a hub; plain HTTP on loopback only.
struct ControlAPI {
    let node: HubNode

    var table: RouteTable {
        var table = RouteTable()
        table.on("GET", "/control/ledger") { _, _ in OutboundResponse.text(ledger) }
        table.on("GET", "/control/stats") { _, _ in OutboundResponse.json(stats) }
        table.on("GET", "/control/cases") { _, _ in OutboundResponse.text(cases) }
        table.on("GET", "/control/case") { request, _ in one(request) }
        table.on("POST", "/control/behave/{how}") { _, parameters in behave(parameters["how"]) }
        table.on("POST", "/control/pause") { _, _ in pause(true) }
        table.on("POST", "/control/resume") { _, _ in pause(false) }
        table.on("POST", "/control/extension/{how}") { _, parameters in extensionBlock(parameters["how"]) }
        table.on("POST", "/control/licence") { request, _ in licence(request) }
        table.on("POST", "/control/new") { request, _ in new(request) }
        table.on("POST", "/control/plan") { request, _ in plan(request) }
        table.on("POST", "/control/release") { request, _ in release(request) }
        table.on("POST", "/control/fault/{kind}") { request, parameters in fault(parameters["kind"], request) }
        table.on("POST", "/control/correct") { request, _ in correct(request) }
        table.on("POST", "/control/lie/{how}") { _, parameters in lie(parameters["how"]) }
        table.on("POST", "/control/feed") { _, _ in await feed() }
        table.on("GET", "/control/rows") { _, _ in rows }
        for stage in [CaseStage.withdrawn, .fulfilled, .answered, .collected] {
            let name = Self.verbs[stage] ?? stage.rawValue
            table.on("POST", "/control/\(name)") { request, _ in act(stage, request) }
        }
        return table
    }

    private static let verbs: [CaseStage: String] = [
        .withdrawn: "withdraw", .fulfilled: "fulfil", .answered: "answer", .collected: "collect",
    ]

    /// `case_id,registered_at,version,status,content_digest,nonce`, a line a case.
    private var ledger: String {
        node.ledger.map { row in
            "\(row.caseID.text),\(row.at),\(row.version),\(row.status.rawValue),\(row.contentText),\(row.nonce)\n"
        }.joined()
    }

    private var stats: [UInt8] {
        let (counters, unfinished, waiting, most) = node.withBook { book in
            (book.counters, book.unfinishedCount, book.outbox.count, book.applications.values.max() ?? 0)
        }
        let numbers: [(String, Int)] = [
            ("created", counters.created), ("sent", counters.sent), ("acknowledged", counters.acknowledged),
            ("refused", counters.refused), ("received", counters.received), ("repeated", counters.repeated),
            ("rejected", counters.rejected), ("unfinished", unfinished), ("waiting", waiting),
            ("appliedAtMost", most), ("licencesAsked", node.licences.askedCount),
            ("limit", node.settings.rate > 0 ? node.settings.caseLimit : 0),
        ]
        return LocalTree.object(numbers.map { .init(name: $0.0, value: .number(String($0.1))) }).json
    }

    private func behave(_ how: String) -> OutboundResponse {
        guard let behaviour = Misbehaviour(rawValue: how) else {
            let known = Misbehaviour.allCases.map(\.rawValue).joined(separator: ", ")
            return OutboundResponse.text("no such behaviour; known: \(known)\n", status: 400)
        }
        node.misbehaviour.withLock { $0 = behaviour }
        return OutboundResponse.text("\(node.settings.region.text): \(behaviour.rawValue)\n")
    }

    /// What the library says of one licence from now on.
    private func licence(_ request: InboundRequest) -> OutboundResponse {
        guard let id = request.head.query("id"), let text = request.head.query("state"),
            let state = LicenceShelf.State(rawValue: text)
        else {
            let known = LicenceShelf.State.allCases.map(\.rawValue).joined(separator: ", ")
            return OutboundResponse.text("say id= and state=; known: \(known)\n", status: 400)
        }
        node.licences.set(state, of: id)
        return OutboundResponse.text("\(state.rawValue)\n")
    }

    private func pause(_ isPaused: Bool) -> OutboundResponse {
        node.isPaused.withLock { $0 = isPaused }
        return OutboundResponse.text(isPaused ? "paused\n" : "resumed\n")
    }
}
