import KuayuModel
import KuayuReconcile
import Testing

/// Whatever happens to breaks, in whatever order, their steps alone tell the same story as the breaks.
@Suite struct BreakFoldTests {
    typealias F = BreakFixture

    static let people = ["王敏", "李强", "gateway"]
    static let codes: [BreakCode] = [.missingAtHub, .behind, .ahead, .statusConflict, .stuck, .evidence]

    /// A finding, or a hundred others.
    static func finding(_ rng: inout SeededGenerator) -> Finding {
        let kind = Int.random(in: 0..<6, using: &rng)
        return F.finding(
            codes[Int.random(in: 0..<codes.count, using: &rng)], version: Int.random(in: 4...6, using: &rng),
            inFlight: kind < 2, explained: kind == 5, lane: Bool.random(using: &rng) ? .in : .out,
            caseID: "CSJ\(Int.random(in: 1...3, using: &rng))",
            found: [F.row(Int.random(in: 2...3, using: &rng), "accepted")])
    }

    static func scope(_ rng: inout SeededGenerator) -> RunScope {
        let fault = FeedError(.count, "x")
        switch Int.random(in: 0..<6, using: &rng) {
        case 0: return RunScope(compared: [.in: .everything])
        case 1: return RunScope(compared: [.in: .cases(["CSJ1"]), .out: .everything], audited: ["CSJ2"])
        case 2: return RunScope(compared: [.out: .everything], faults: [.in: fault], aged: .everything)
        default: return .everything
        }
    }

    static func command(_ rng: inout SeededGenerator, _ now: Instant) -> BreakOrder.Command {
        let days = Int.random(in: 0...2, using: &rng)
        switch Int.random(in: 0..<7, using: &rng) {
        case 0: return .assign(to: people[Int.random(in: 0..<2, using: &rng)])
        case 1: return .propose(.repair(.adjustHub))
        case 2: return .propose(.repair(.redeliver))
        case 3: return .propose(.accept(until: now.date.adding(days: days)))
        case 4: return .propose(.void)
        case 5: return .decline
        default: return .approve
        }
    }

    static func repair(_ rng: inout SeededGenerator) -> BreakRepair {
        let all: [BreakRepair] = [.begun, .begun, .carriedOut, .carriedOut, .failed("x"), .agreed, .differed("x")]
        return all[Int.random(in: 0..<all.count, using: &rng)]
    }

    @Test(arguments: 1...60)
    func tellsTheSameStory(seed: Int) throws {
        var rng = SeededGenerator(seed: UInt64(seed))
        var book = BreakBook(hub: F.hub, breaks: [])
        var events: [BreakEvent] = []
        var kept: [String: Break] = [:]
        for step in 1...120 {
            let now = F.at(step * 3)
            let ids = book.breaks.map(\.id)
            let id = ids.isEmpty ? "none" : ids[Int.random(in: 0..<ids.count, using: &rng)]
            var changes = BreakChanges()
            switch Int.random(in: 0..<4, using: &rng) {
            case 0:
                let findings = (0..<Int.random(in: 0...4, using: &rng)).map { _ in Self.finding(&rng) }
                let run = RunFindings(
                    run: "R\(step)", startedAt: now, now: now,
                    cut: ReconciliationCut(hubWatermark: now, gatewayWatermark: now), findings: findings,
                    scope: Self.scope(&rng))
                changes = book.take(run, digester: F.digester)
            case 1, 2:
                let order = BreakOrder(
                    Self.command(&rng, now), by: Self.people[Int.random(in: 0..<3, using: &rng)],
                    reason: .gatewayConfirmed, evidence: "as the receipt says")
                let history = events.filter { $0.breakID == id }
                changes = (try? book.decide(order, on: id, history: history, now: now)) ?? BreakChanges()
            default:
                changes = (try? book.repair(Self.repair(&rng), of: id, run: nil, now: now)) ?? BreakChanges()
            }
            check(changes, before: kept)
            events += changes.events
            for item in changes.breaks { kept[item.id] = item }
            if step.isMultiple(of: 8) { try check(book, events, kept) }
        }
    }

    /// Every step begins where the one before ended, and belongs to a break that is told.
    private func check(_ changes: BreakChanges, before: [String: Break]) {
        var states = before.mapValues(\.state)
        for event in changes.events {
            #expect(states[event.breakID] == event.from)
            states[event.breakID] = event.to
        }
        for item in changes.breaks { #expect(states[item.id] == item.state) }
        #expect(Set(changes.events.map(\.breakID)).isSubset(of: changes.breaks.map(\.id)))
        #expect(Set(changes.breaks.map(\.id)).count == changes.breaks.count)
    }

    private func check(_ book: BreakBook, _ events: [BreakEvent], _ kept: [String: Break]) throws {
        #expect(book.breaks == kept.values.sorted { $0.id < $1.id })
        var open: Set<String> = []
        for item in book.breaks {
            #expect(BreakStanding(of: events.filter { $0.breakID == item.id }) == BreakStanding(item))
            #expect((item.state == .closed) == (item.closedAt != nil))
            #expect((item.state == .accepted) == (item.acceptedUntil != nil))
            let finding = item.finding
            #expect(item.id == BreakIdentity.id(of: finding, hub: F.hub, digester: F.digester))
            if item.state.isOpen {
                let key = "\(finding.caseID) \(finding.lane) \(finding.code)"
                #expect(open.insert(key).inserted, "two open breaks of \(key)")
            }
        }
        try twoPersons(events)
    }

    /// No acceptance, voiding or adjustment without another name than proposed it.
    private func twoPersons(_ events: [BreakEvent]) throws {
        for (id, steps) in Dictionary(grouping: events, by: \.breakID) {
            for (step, next) in zip(steps, steps.dropFirst()) where step.to == .proposed && next.run == nil {
                let proposal = try #require(step.reason.flatMap { DecisionNote(text: $0) }?.proposal, "\(id)")
                let isTaken = next.to == .approved || next.to == .accepted || next.to == .closed
                if isTaken && proposal.needsTwoPersons { #expect(step.by != next.by) }
            }
        }
    }
}
