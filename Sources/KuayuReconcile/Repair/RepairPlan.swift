public import KuayuModel

/// What is to be done about the breaks of one run, fixed before anything is done.
///
/// Its id is a digest of everything in it, so that the same breaks of the same run in the same standing give the same
/// plan, and a plan that was changed is another plan.
public struct RepairPlan: Hashable, Sendable {
    /// SHA-256 over ``canonicalText``, 64 hexadecimal digits.
    public let id: String
    /// The run whose breaks these are.
    public let run: String
    /// The hub.
    public let hub: RegionCode
    /// What is done, in this order.
    public let steps: [RepairStep]

    /// A plan; its steps are numbered anew in the order given.
    public init(run: String, hub: RegionCode, steps: [RepairStep], digester: some Digester) {
        self.run = run
        self.hub = hub
        var numbered = steps
        for index in numbered.indices { numbered[index].index = index }
        self.steps = numbered
        id = HexText.encode(digester.digest(Array(Self.text(run, hub, numbered, digester).utf8)))
    }

    /// Fields are separated by `|`, which no id, code, state or digest holds; lists by `,`.
    private static func text(
        _ run: String, _ hub: RegionCode, _ steps: [RepairStep], _ digester: some Digester
    ) -> String {
        var lines = ["kuayu-repair-plan-1", run, hub.text]
        for step in steps {
            let fields = [
                step.breakID, step.code.rawValue, step.action.rawValue, step.lane.rawValue, step.caseID,
                step.sendings.map { "\($0.version)/\($0.messageID)/\($0.attemptCount)" }.joined(separator: ","),
                step.intakeID ?? "-", step.expected.map { standing($0, digester) } ?? "-",
                step.found.map { standing($0.element, digester) }.joined(separator: ","),
            ]
            lines.append(fields.joined(separator: "|"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func standing(_ element: LedgerElement, _ digester: some Digester) -> String {
        "\(element.version)/\(element.registeredAt)/\(HexText.encode(element.id(digester).bytes))"
    }

    /// The cases that it touches, ascending, each once: their rows are read again before a break is closed.
    public var caseIDs: [String] { Set(steps.map(\.caseID)).sorted() }
}
