import KuayuModel

/// What a hub does to a case, in its part: collecting, handling or applying side.
enum CaseStage: String, CaseIterable, Sendable {
    /// 收件: papers taken in and identity checked at the collecting window.
    case collected
    /// 受理.
    case accepted
    /// 补正 asked for.
    case supplementing
    /// 补正 handed in; the applying or collecting side.
    case answered
    /// 审查; ends a supplement and a special procedure.
    case reviewing
    /// 特别程序 begins.
    case special
    /// Decided, granted; an exact state that only the extension block can say.
    case decided
    /// The document is made; as `decided`.
    case issued
    /// The applicant has it; as `decided`.
    case delivered
    /// Granted and finished.
    case granted
    /// Not granted and finished.
    case denied
    /// Finished after `decided`, `issued` or `delivered`; granted.
    case closed
    /// 不予受理.
    case notAccepted
    /// 退回.
    case returned
    /// 撤回 by the applicant's side.
    case withdrawn
    /// 作废.
    case voided
    /// 容缺 materials handed in; the applying side.
    case fulfilled

    /// The canonical state that the stage brings a case, or a branch of it, into; nil where it changes none by itself.
    var state: CaseState? {
        switch self {
        case .answered: .reviewing
        case .granted, .denied, .closed: .closed
        case .fulfilled: nil
        default: CaseState(rawValue: rawValue)
        }
    }

    /// The outcome that goes with it.
    var outcome: String? {
        switch self {
        case .decided, .issued, .delivered, .granted, .closed: "granted"
        case .denied: "denied"
        case .notAccepted, .returned, .withdrawn, .voided: rawValue
        default: nil
        }
    }

    /// Whether the case ends with a decision for the applicant.
    var isGranted: Bool { outcome == "granted" }
}

/// One step of a plan: something a hub does, or something that it waits for.
enum PlanStep: Hashable, Sendable {
    case stage(CaseStage)
    /// Waits until another side has answered, or until it is told to go on.
    case hold
    /// Waits until the other branches of a joint case have ended, or until it is told to go on.
    case waitBranches
    /// Waits until the papers are collected, in mode `collect`, or until it is told to go on.
    case waitCollected

    init?(_ name: some StringProtocol) {
        switch name {
        case "hold": self = .hold
        case "waitBranches": self = .waitBranches
        case "waitCollected": self = .waitCollected
        default:
            guard let stage = CaseStage(rawValue: String(name)) else { return nil }
            self = .stage(stage)
        }
    }

    /// The name that a plan uses.
    var name: String {
        switch self {
        case .stage(let stage): stage.rawValue
        case .hold: "hold"
        case .waitBranches: "waitBranches"
        case .waitCollected: "waitCollected"
        }
    }

    /// Whether nothing is sent when it is passed.
    var isWait: Bool { if case .stage = self { false } else { true } }

    /// The steps of a list with commas.
    static func list(_ text: String) throws(OrderError) -> [PlanStep] {
        var steps: [PlanStep] = []
        for name in text.split(separator: ",") {
            guard let step = PlanStep(name) else {
                let known = CaseStage.allCases.map(\.rawValue).joined(separator: " ")
                throw OrderError(reason: "no such stage: \(name); known: \(known) hold waitBranches waitCollected")
            }
            steps.append(step)
        }
        return steps
    }
}

/// What a hub does with cases that it has not seen yet, or with one of them.
struct CasePlan: Sendable {
    /// What it does as the handling side; nil leaves it to chance.
    var steps: [PlanStep]?
    /// Whether it answers a supplement by itself, on the applying or collecting side; nil says nothing.
    var answersAlone: Bool?
}

/// The plans of a hub: of a case, of an item, of everything else; the nearest that says something counts.
struct PlanBook: Sendable {
    private var byCase: [String: CasePlan] = [:]
    private var byItem: [String: CasePlan] = [:]
    private var others = CasePlan()

    /// Which cases a plan is for.
    enum Scope: Hashable, Sendable {
        /// Own number or federation id.
        case one(String)
        /// Catalogue code.
        case item(String)
        case all
    }

    mutating func set(_ plan: CasePlan, for scope: Scope) {
        func join(_ old: CasePlan?) -> CasePlan {
            CasePlan(steps: plan.steps ?? old?.steps, answersAlone: plan.answersAlone ?? old?.answersAlone)
        }
        switch scope {
        case .one(let name): byCase[name] = join(byCase[name])
        case .item(let code): byItem[code] = join(byItem[code])
        case .all: others = join(others)
        }
    }

    /// What lies ahead of a case at its handling side; nil where no plan speaks of it.
    func steps(names: [String?], item: String?) -> [PlanStep]? { first(names, item, \.steps) }

    /// Whether the hub answers supplements of a case by itself.
    func answersAlone(names: [String?], item: String?) -> Bool { first(names, item, \.answersAlone) ?? false }

    private func first<Value>(_ names: [String?], _ item: String?, _ part: (CasePlan) -> Value?) -> Value? {
        for name in names {
            if let found = name.flatMap({ byCase[$0] }).flatMap(part) { return found }
        }
        return item.flatMap { byItem[$0] }.flatMap(part) ?? part(others)
    }
}
