public import KuayuModel

/// Turns breaks into a plan.
///
/// The order is that of the cases, so that the same breaks give the same plan however they were listed.
public struct RepairPlanner: Sendable {
    /// Which breaks are planned for.
    public enum Scope: String, Hashable, Sendable, CaseIterable {
        /// Those that need nobody: of an automatic kind, open, and not explained by anything under way.
        case automatic
        /// Those that two persons have decided.
        case approved
    }

    /// Why nothing is planned for a break.
    public enum Omission: String, Hashable, Sendable, CaseIterable {
        /// It stands where nothing may be done about it now, or is of another hub.
        case notNow
        /// Its kind is never repaired without persons.
        case notAutomatic
        /// What it needs is not done by the gateway.
        case notByGateway
        /// A delivery of the case to the hub is under way.
        case underWay
        /// No event of the case that the hub lacks was ever to be sent to it.
        case nothingToSend
        /// The cap of the run was reached.
        case cap

        /// For people.
        public var chinese: String {
            switch self {
            case .notNow: "当前状态不可修复"
            case .notAutomatic: "该类差异须人工处理"
            case .notByGateway: "网关无法代办"
            case .underWay: "该办件投递进行中"
            case .nothingToSend: "无可重投的报文"
            case .cap: "超过单次上限"
            }
        }
    }

    /// A plan, and what is not in it.
    public struct Planning: Hashable, Sendable {
        /// What is done.
        public var plan: RepairPlan
        /// Breaks for which nothing is planned, ascending by id, with the reason.
        public var omitted: [String: Omission]
    }

    /// Classes that the gateway may repair alone (R01, R02, R04, R05, R12); which of their breaks, the finding says.
    public static let automaticCodes: Set<BreakCode> = [
        .missingAtHub, .missingAtGateway, .behind, .ahead, .keySkew,
    ]

    /// Most steps of one plan, at least 1.
    ///
    /// Default 1,000.
    public var cap: Int

    /// A planner.
    public init(cap: Int = 1_000) { self.cap = max(1, cap) }

    /// The plan for the breaks of one hub.
    ///
    /// - Parameter facts: what the gateway's history says of a case and the hub, read when the plan is made.
    public func plan(
        run: String, hub: RegionCode, breaks: [Break], scope: Scope, digester: some Digester,
        facts: (_ caseID: String) -> CaseFacts
    ) -> Planning {
        var steps: [RepairStep] = []
        var omitted: [String: Omission] = [:]
        for item in breaks.sorted(by: Self.isBefore) {
            let finding = item.finding
            if let reason = refusal(item, hub, scope) {
                omitted[item.id] = reason
            } else if steps.count >= cap {
                omitted[item.id] = .cap
            } else {
                switch step(item.id, finding, hub, scope, facts(finding.caseID)) {
                case .success(let step): steps.append(step)
                case .failure(let reason): omitted[item.id] = reason.omission
                }
            }
        }
        return Planning(plan: RepairPlan(run: run, hub: hub, steps: steps, digester: digester), omitted: omitted)
    }

    private static func isBefore(_ a: Break, _ b: Break) -> Bool {
        let (x, y) = (a.finding, b.finding)
        return (x.caseID, x.lane, x.code, a.id) < (y.caseID, y.lane, y.code, b.id)
    }

    private func refusal(_ item: Break, _ hub: RegionCode, _ scope: Scope) -> Omission? {
        if item.hub != hub { return .notNow }
        switch scope {
        case .automatic:
            // Whatever a finding says, the other classes are never repaired without persons.
            guard item.finding.isAutomatic, Self.automaticCodes.contains(item.finding.code) else {
                return .notAutomatic
            }
            let states: [BreakState] = [.open, .reopened, .autoRepairing]
            return item.finding.isInFlight || !states.contains(item.state) ? .notNow : nil
        case .approved:
            return item.state == .approved || item.state == .repairing ? nil : .notNow
        }
    }

    private struct Refusal: Error {
        let omission: Omission
    }

    private func step(
        _ breakID: String, _ finding: Finding, _ hub: RegionCode, _ scope: Scope, _ facts: CaseFacts
    ) -> Result<RepairStep, Refusal> {
        var step = RepairStep(
            index: 0, breakID: breakID, code: finding.code, action: finding.action, lane: finding.lane,
            caseID: finding.caseID, expected: finding.expected, found: finding.found)
        switch finding.action {
        case .redeliver, .resync, .adjustHub:
            if facts.deliveries.contains(where: { !$0.isSettled }) { return .failure(Refusal(omission: .underWay)) }
            step.sendings = sendings(finding, hub, scope, facts)
            return step.sendings.isEmpty ? .failure(Refusal(omission: .nothingToSend)) : .success(step)
        case .pull, .adjustGateway, .register:
            guard let version = finding.found.map(\.element.version).max() else {
                return .failure(Refusal(omission: .notByGateway))
            }
            step.intakeID = RepairStep.intakeID(caseID: finding.caseID, version: version)
            return .success(step)
        case .quarantine, .escalate, .askRegion, .incident, .retry:
            return .failure(Refusal(omission: .notByGateway))
        }
    }

    /// The events that the hub was told of already and has to be told of again.
    ///
    /// What it refused it would refuse again, and what a person cancelled stays cancelled, unless persons decide
    /// otherwise. An event that was never to be told to the hub, such as its own, is not told now either.
    private func sendings(
        _ finding: Finding, _ hub: RegionCode, _ scope: Scope, _ facts: CaseFacts
    ) -> [RepairStep.Sending] {
        let states: Set<String> = scope == .automatic ? ["delivered"] : ["delivered", "rejected", "cancelled"]
        let told = facts.deliveries
            .filter { states.contains($0.state) && $0.version <= finding.expected?.version ?? .max }
            .sorted { $0.version < $1.version }
        let again: [CaseFacts.Delivery]
        switch finding.action {
        case .redeliver:
            let known = finding.found.map(\.element.version).max() ?? 0
            again = told.filter { $0.version > known }
        default:
            again = told.suffix(1)
        }
        return again.map {
            RepairStep.Sending(
                version: $0.version, messageID: "\(finding.caseID)-v\($0.version)-\(hub.text)",
                attemptCount: $0.attemptCount)
        }
    }
}
