import KuayuModel
import KuayuReconcile
import Testing

/// A plan is carried out once, wherever it was cut short, and stops when too much fails.
@Suite struct RepairExecutionTests {
    /// Carries a plan out over a world in which a step has an effect when it is tried; returns how often each was
    /// tried.
    private func run(
        _ execution: inout RepairExecution, tries: inout [Int: Int], limit: Int = .max,
        _ outcome: (Int) -> RepairOutcome
    ) {
        var left = limit
        while left > 0, case .step(let step) = execution.next {
            tries[step.index, default: 0] += 1
            execution.record(outcome(step.index), of: step.index)
            left -= 1
        }
    }

    @Test func eachStepIsTriedOnceInOrder() {
        var execution = RepairExecution(RepairBench.plan(steps: 5))
        var order: [Int] = []
        while case .step(let step) = execution.next {
            order.append(step.index)
            execution.record(.done, of: step.index)
        }
        #expect(order == [0, 1, 2, 3, 4] && execution.next == .finished)
        #expect(execution.tally.done == 5 && execution.tally.left == 0)
    }

    @Test func anEmptyPlanIsFinished() {
        #expect(RepairExecution(RepairBench.plan(steps: 0)).next == .finished)
    }

    /// Cut short after every number of steps, and gone on with from what was kept: no step is tried twice, and the end
    /// is the same as without a cut.
    @Test(arguments: 0...20)
    func goesOnWhereItWasCutShort(cut: Int) {
        let plan = RepairBench.plan(steps: 20)
        let outcome = { (index: Int) -> RepairOutcome in
            [.done, .already, .stale("s"), .askRegion("p"), .done][index % 5]
        }
        var whole = RepairExecution(plan)
        var once: [Int: Int] = [:]
        run(&whole, tries: &once, outcome)
        var first = RepairExecution(plan)
        var tries: [Int: Int] = [:]
        run(&first, tries: &tries, limit: cut, outcome)
        var second = RepairExecution(plan, outcomes: first.outcomes)
        run(&second, tries: &tries, outcome)
        #expect(second == whole && tries == once && tries.values.allSatisfy { $0 == 1 })
        // Once more: nothing is left to do.
        var third = RepairExecution(plan, outcomes: second.outcomes)
        run(&third, tries: &tries, outcome)
        #expect(third == second && tries == once)
    }

    @Test func outcomesMayHaveHoles() {
        let plan = RepairBench.plan(steps: 4)
        var execution = RepairExecution(plan, outcomes: [1: .done, 3: .stale("x"), 9: .done])
        var tries: [Int: Int] = [:]
        run(&execution, tries: &tries) { _ in .done }
        #expect(tries == [0: 1, 2: 1] && execution.tally.done == 3 && execution.tally.stale == 1)
    }

    @Test func theFirstOutcomeOfAStepCounts() {
        var execution = RepairExecution(RepairBench.plan(steps: 2))
        let taken = [(RepairOutcome.failed("x"), 0), (.done, 0), (.done, 2), (.done, -1)].map {
            execution.record($0.0, of: $0.1)
        }
        #expect(taken == [true, false, false, false])
        #expect(execution.outcomes == [0: .failed("x")] && execution.tally.failed == 1)
    }

    // MARK: the breaker

    /// Failed, attempted, and whether the plan stops: above five in a hundred, and not before three.
    @Test(arguments: [
        (0, 0, false), (2, 2, false), (3, 3, true), (3, 59, true), (3, 60, false), (3, 61, false), (4, 79, true),
        (4, 80, false), (50, 1_000, false), (51, 1_000, true),
    ])
    func stopsWhenTooMuchFails(failed: Int, attempted: Int, stops: Bool) {
        var outcomes: [Int: RepairOutcome] = [:]
        for index in 0..<attempted { outcomes[index] = index < failed ? .failed("x") : .done }
        let execution = RepairExecution(RepairBench.plan(steps: attempted + 1), outcomes: outcomes)
        #expect(execution.isTripped == stops)
        if stops { #expect(execution.next == .stopped(failed: failed, attempted: attempted)) }
    }

    @Test func skippedStepsAreNotAttempts() {
        var outcomes: [Int: RepairOutcome] = [:]
        for index in 0..<100 { outcomes[index] = index < 3 ? .failed("x") : .stale("s") }
        let execution = RepairExecution(RepairBench.plan(steps: 101), outcomes: outcomes)
        #expect(execution.next == .stopped(failed: 3, attempted: 3))
    }

    @Test func aPlanThatStoppedStaysStopped() {
        var execution = RepairExecution(RepairBench.plan(steps: 10))
        var tries: [Int: Int] = [:]
        run(&execution, tries: &tries) { _ in .failed("x") }
        #expect(tries.count == 3)
        var again = RepairExecution(execution.plan, outcomes: execution.outcomes)
        run(&again, tries: &tries) { _ in .done }
        #expect(tries.count == 3 && again.next == .stopped(failed: 3, attempted: 3))
    }

    @Test func aFailureInTheLastStepsLeavesAFinishedPlan() {
        var execution = RepairExecution(RepairBench.plan(steps: 3))
        var tries: [Int: Int] = [:]
        run(&execution, tries: &tries) { _ in .failed("x") }
        #expect(execution.next == .finished)
    }

    @Test(arguments: [1, 2, 3, 5, 19, 20, 21])
    func everyNthFailing(n: Int) {
        var execution = RepairExecution(RepairBench.plan(steps: 200))
        var tries: [Int: Int] = [:]
        run(&execution, tries: &tries) { ($0 + 1) % n == 0 ? .failed("x") : .done }
        // One in twenty is five in a hundred: not more.
        #expect((execution.next == .finished) == (n >= 20))
        #expect(tries.values.allSatisfy { $0 == 1 })
    }

    // MARK: verification

    @Test(
        arguments: [
            (RepairOutcome.done, 3, [3], RepairVerification.Verdict.agrees), (.already, 3, [3], .agrees),
            (.done, 3, [1], .differs), (.done, 3, [], .differs), (.done, 3, [3, 3], .differs),
            (.done, nil, [], .agrees),
            (.done, nil, [3], .differs), (.stale("s"), 3, [3], .notVerified), (.failed("f"), 3, [3], .notVerified),
            (.askRegion("p"), 3, [3], .notVerified),
        ] as [(RepairOutcome, Int?, [Int], RepairVerification.Verdict)])
    func aBreakIsOverWhenTheLedgersAgree(
        outcome: RepairOutcome, expected: Int?, found: [Int], verdict: RepairVerification.Verdict
    ) throws {
        let execution = RepairExecution(RepairBench.plan(steps: 1), outcomes: [0: outcome])
        let step = try #require(execution.plan.steps.first)
        let verdicts = RepairVerification.verdicts(
            execution, expected: expected.map { [step.caseID: RepairBench.element(0, version: $0)] } ?? [:],
            found: [step.caseID: found.map { HubRow(element: RepairBench.element(0, version: $0)) }])
        #expect(verdicts == [step.breakID: verdict])
        #expect(execution.casesToVerify == (verdict == .notVerified ? [] : [step.caseID]))
    }

    @Test(arguments: [
        ("sha256:aa", "-", RepairVerification.Verdict.agreesUnchecked), ("-", "sha256:aa", .agreesUnchecked),
        ("sha256:aa", "sha256:aa", .agrees), ("sha256:aa", "sha256:bb", .differs), ("-", "-", .agrees),
    ])
    func contentThatOneSideCannotSayIsUnchecked(mine: String, theirs: String, verdict: RepairVerification.Verdict)
        throws
    {
        let execution = RepairExecution(RepairBench.plan(steps: 1), outcomes: [0: .done])
        let step = try #require(execution.plan.steps.first)
        let verdicts = RepairVerification.verdicts(
            execution, expected: [step.caseID: RepairBench.element(0, version: 3, content: mine)],
            found: [step.caseID: [HubRow(element: RepairBench.element(0, version: 3, content: theirs))]])
        #expect(verdicts == [step.breakID: verdict])
    }
}
