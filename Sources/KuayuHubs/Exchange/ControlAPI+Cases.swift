import KuayuEvidence
import KuayuGateway
import KuayuHTTP
import KuayuModel
import Synchronization

// Cases on demand, what a hub does with them, and how they stand.

extension ControlAPI {
    // MARK: how cases stand

    /// `number,case_id,version,status,parts,state,steps`, a line a case, by own number.
    ///
    /// Parts are `own`, `handled`, `main`; the state is `held`, `pending` or `-`; parts and steps are joined by `+`.
    var cases: String {
        node.withBook { book in
            book.entries.values.sorted { $0.number < $1.number }.map(line).joined()
        }
    }

    private func line(_ entry: HubBook.Entry) -> String {
        let parts = [("own", entry.isOwn), ("handled", entry.isHandled), ("main", entry.isMain)]
            .filter(\.1).map(\.0).joined(separator: "+")
        let registered = entry.registration.map { "\($0.caseID.text),\($0.version),\($0.status.rawValue)" } ?? ",,"
        let state = entry.isPending ? "pending" : entry.isHeld ? "held" : "-"
        return "\(entry.number),\(registered),\(parts),\(state),\(entry.steps.map(\.name).joined(separator: "+"))\n"
    }

    /// The document of a case as the hub holds it, as JSON whatever its format.
    func one(_ request: InboundRequest) -> OutboundResponse {
        withCase(request) { entry, _ in OutboundResponse.json(entry.document.json) }
    }

    // MARK: new cases

    /// One new case as the query says; answers its own number.
    func new(_ request: InboundRequest) -> OutboundResponse {
        let now = node.clock.now
        return following { () throws(OrderError) in
            let order = try CaseOrder(request.head.queryItems, now: now)
            return try node.desk.withLock { desk throws(OrderError) in try desk.make(order, now: now) } + "\n"
        }
    }

    // MARK: plans

    /// What the hub does with one case, with every new case of an item, or with every new case.
    func plan(_ request: InboundRequest) -> OutboundResponse {
        following { () throws(OrderError) in
            var plan = CasePlan()
            if let text = request.head.query("stages") { plan.steps = try PlanStep.list(text) }
            if let text = request.head.query("answer") { plan.answersAlone = try CaseOrder.answer(text) }
            if plan.steps == nil && plan.answersAlone == nil {
                throw OrderError(reason: "say stages=accepted,… or answer=auto")
            }
            let now = node.clock.now
            if let id = request.head.query("case") {
                node.withBook { book in
                    book.plans.set(plan, for: .one(id))
                    guard let steps = plan.steps, var entry = book.entry(id) else { return }
                    entry.steps = steps
                    entry.nextStepAt = now
                    book.put(entry)
                }
            } else {
                let scope = try request.head.query("item").map { text throws(OrderError) in try item(text) }
                node.withBook { $0.plans.set(plan, for: scope ?? .all) }
            }
            return "planned\n"
        }
    }

    private func item(_ text: String) throws(OrderError) -> PlanBook.Scope {
        guard let item = Items.standard.item(text) ?? Items.standard.all.first(where: { $0.name == text }) else {
            throw OrderError(reason: "no such item: \(text)")
        }
        return .item(item.catalogCode.text)
    }

    /// Goes on with a case that stands at a `hold` or `waitBranches`.
    func release(_ request: InboundRequest) -> OutboundResponse {
        withCase(request) { entry, book in
            guard entry.steps.first?.isWait == true else {
                return OutboundResponse.text("\(entry.number) waits for nothing\n", status: 409)
            }
            var entry = entry
            entry.steps.removeFirst()
            entry.nextStepAt = node.clock.now
            book.put(entry)
            return OutboundResponse.text("\(entry.number): released\n")
        }
    }

    // MARK: acts

    /// Does one thing to a case as soon as nothing of it is under way to the gateway.
    func act(_ stage: CaseStage, _ request: InboundRequest) -> OutboundResponse {
        withCase(request) { entry, book in
            if let reason = objection(to: stage, entry) { return OutboundResponse.text(reason + "\n", status: 409) }
            var entry = entry
            entry.steps.insert(.stage(stage), at: 0)
            entry.nextStepAt = node.clock.now
            book.put(entry)
            return OutboundResponse.text("\(entry.number): \(stage.rawValue)\n")
        }
    }

    private func objection(to stage: CaseStage, _ entry: HubBook.Entry) -> String? {
        switch stage {
        case .withdrawn where !entry.isOwn, .collected where !entry.isOwn:
            "\(entry.number) was not applied for here"
        case .fulfilled where node.format.materials(entry.document).allSatisfy { !$0.isOwed }:
            "nothing is owed in \(entry.number)"
        case .fulfilled where entry.isHandled && !entry.isOwn, .answered where entry.isHandled && !entry.isOwn:
            "\(entry.number) is only handled here"
        default: nil
        }
    }

    /// Switches the extension block on or off for what the hub sends from now on.
    func extensionBlock(_ how: String) -> OutboundResponse {
        guard how == "on" || how == "off" else { return OutboundResponse.text("on or off\n", status: 400) }
        node.withBook { $0.usesExtension = how == "on" }
        return OutboundResponse.text("\(node.settings.region.text): extension \(how)\n")
    }

    // MARK: answers

    private func withCase(
        _ request: InboundRequest, _ body: (HubBook.Entry, inout HubBook) -> OutboundResponse
    ) -> OutboundResponse {
        guard let id = request.head.query("case") else {
            return OutboundResponse.text("say case=, an own number or a federation id\n", status: 400)
        }
        return node.desk.withLock { desk in
            guard let entry = desk.book.entry(id) else {
                return OutboundResponse.text("no such case: \(id)\n", status: 404)
            }
            return body(entry, &desk.book)
        }
    }

    func following(_ body: () throws(OrderError) -> String) -> OutboundResponse {
        do throws(OrderError) {
            return OutboundResponse.text(try body())
        } catch {
            return OutboundResponse.text(error.reason + "\n", status: 400)
        }
    }
}
