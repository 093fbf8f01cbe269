import KuayuModel
import KuayuReconcile
import Testing

/// A plan's identity and how it is written down.
@Suite struct RepairPlanTests {
    private static let plan = RepairBench.plan(steps: 3)

    /// Every change of what a plan says, and of nothing else.
    private static let changes: [@Sendable (inout RepairStep) -> Void] = [
        { $0.breakID += "x" }, { $0.code = .keySkew }, { $0.action = .resync }, { $0.lane = .out },
        { $0.caseID = RepairBench.caseID(99) }, { $0.sendings.removeLast() }, { $0.sendings[0].version += 1 },
        { $0.sendings[0].messageID += "x" }, { $0.sendings[0].attemptCount += 1 }, { $0.intakeID = "recon-x" },
        { $0.expected = nil }, { $0.expected?.version += 1 }, { $0.expected?.status = "decided" },
        { $0.expected?.nonce = "11" }, { $0.expected?.registeredAt += 1 }, { $0.found.removeAll() },
        { $0.found[0].element.contentDigest = "sha256:00" }, { $0.found.append($0.found[0]) },
    ]

    @Test(arguments: changes.indices)
    func anotherPlanHasAnotherID(index: Int) {
        var steps = Self.plan.steps
        Self.changes[index](&steps[1])
        let other = RepairPlan(
            run: Self.plan.run, hub: Self.plan.hub, steps: steps, digester: RepairBench.digester)
        #expect(other.id != Self.plan.id)
    }

    @Test func runHubAndOrderBelongToTheID() {
        let plan = Self.plan
        let digester = RepairBench.digester
        let others = [
            RepairPlan(run: "RC-2", hub: plan.hub, steps: plan.steps, digester: digester),
            RepairPlan(run: plan.run, hub: .anhui, steps: plan.steps, digester: digester),
            RepairPlan(run: plan.run, hub: plan.hub, steps: plan.steps.reversed(), digester: digester),
        ]
        #expect(Set(others.map(\.id) + [plan.id]).count == 4)
        #expect(RepairPlan(run: plan.run, hub: plan.hub, steps: plan.steps, digester: digester) == plan)
        #expect(plan.id.utf8.count == 64)
    }

    /// Computed with Python's hashlib over the text that the source describes.
    @Test func theIDIsAgreed() {
        let step = RepairStep(
            index: 0, breakID: "b", code: .behind, action: .redeliver, lane: .in, caseID: "CSJ202603020000001",
            sendings: [
                RepairStep.Sending(version: 3, messageID: "CSJ202603020000001-v3-330000", attemptCount: 1)
            ], expected: nil, found: [])
        let plan = RepairPlan(run: "RC-1", hub: .zhejiang, steps: [step], digester: RepairBench.digester)
        #expect(plan.id == "41b4297a114e861a922e03b32925cb64f41951d7b069a97c9743f0f3f80e61ea")
    }

    @Test func isReadBackAsItWasWritten() throws {
        for steps in [0, 1, 3] {
            let plan = RepairBench.plan(steps: steps)
            #expect(RepairPlan(json: plan.json(), digester: RepairBench.digester) == plan)
        }
        var steps = Self.plan.steps
        steps[0].expected = nil
        steps[0].found[0].stateAt = nil
        steps[0].found[0].localNumber = nil
        steps[1].found = []
        steps[2].intakeID = "recon-\(steps[2].caseID)-v1"
        let plan = RepairPlan(
            run: Self.plan.run, hub: Self.plan.hub, steps: steps, digester: RepairBench.digester)
        #expect(RepairPlan(json: plan.json(), digester: RepairBench.digester) == plan)
    }

    @Test func hasTheDocumentedShape() {
        let text = String(decoding: RepairBench.plan(steps: 1).json(), as: UTF8.self)
        let element = #""version":3,"status":"accepted","content":"-","nonce":"00ff","registeredAt":1772416800"#
        #expect(text.contains(#""steps":[{"n":0,"break":"break-CSJ202603020000000-R04","code":"R04","#))
        #expect(text.contains(#""sendings":[{"version":3,"message":"CSJ202603020000000-v3-330000","attempts":1}]"#))
        #expect(text.contains(#""intake":null,"expected":{"# + element + "}"))
        #expect(text.contains(#""stateAt":1772416900,"number":"Z1"}]"#))
    }

    @Test func whatIsShownHasNoNonce() {
        let text = String(decoding: Self.plan.json(withNonces: false), as: UTF8.self)
        #expect(!text.contains("nonce") && !text.contains("00ff"))
    }

    @Test(arguments: [
        (#""n":1"#, #""n":2"#), (#""code":"R04""#, #""code":"R99""#), (#""attempts":1"#, #""attempts":2"#),
        (#""hub":"330000""#, #""hub":"33""#), ("plan-1", "plan-2"), (#""expected":{"#, #""expected":[{"#),
        (#""version":3,"status""#, #""version":"3","status""#), (#""intake":null"#, #""intake":"x""#),
    ])
    func whatWasChangedIsNotBelieved(old: String, new: String) {
        let text = String(decoding: Self.plan.json(), as: UTF8.self)
        let changed = text.replacing(old, with: new, maxReplacements: 1)
        #expect(changed != text)
        #expect(RepairPlan(json: Array(changed.utf8), digester: RepairBench.digester) == nil)
        #expect(RepairPlan(json: [], digester: RepairBench.digester) == nil)
    }

    @Test func rowsAreComparedWhateverTheirOrder() {
        var step = Self.plan.steps[0]
        let first = step.found[0]
        var second = first
        second.element.version = 2
        step.found = [first, second]
        var moved = second
        moved.stateAt = 5
        moved.localNumber = nil
        #expect(step.stillFinds([moved, first]))
        #expect(!step.stillFinds([first]) && !step.stillFinds([first, first]) && !step.stillFinds([]))
        second.element.nonce = "11"
        #expect(!step.stillFinds([first, second]))
    }

    @Test(arguments: [RepairOutcome.done, .already, .stale("a"), .failed("b"), .askRegion("c")])
    func anOutcomeIsReadBack(outcome: RepairOutcome) {
        #expect(RepairOutcome(name: outcome.name, detail: outcome.detail) == outcome)
        #expect(RepairOutcome(name: "other", detail: nil) == nil)
    }
}
