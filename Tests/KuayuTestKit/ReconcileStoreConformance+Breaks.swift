import KuayuGateway
import KuayuModel
import KuayuReconcile

extension ReconcileStoreConformance {
    private static func fill(_ store: any ReconcileStore) throws -> [Break] {
        let all = [
            SampleReconciliation.item(1), SampleReconciliation.item(2, code: .missingAtHub, state: .inFlight),
            SampleReconciliation.item(3, hub: .anhui), SampleReconciliation.item(4, state: .closed),
            SampleReconciliation.item(5, state: .accepted, caseID: "KY-1"),
        ]
        try store.writeReconciliation { transaction in
            for item in all {
                try transaction.apply(
                    breaks: [item],
                    events: [
                        SampleReconciliation.event(item, to: .detected, after: 10),
                        SampleReconciliation.event(item, from: .detected, after: 20),
                    ])
            }
        }
        return all
    }

    static let breaks = [
        Check("breaks come back as they were written, standing or by id") { store in
            let all = try fill(store)
            try store.readReconciliation { reader in
                try expect(try reader.standingBreaks(hub: .zhejiang), [all[0], all[1], all[4]], "standing")
                try expect(try reader.standingBreaks(hub: .jiangsu), [], "standing elsewhere")
                try expect(try reader.breaks(ids: ["b4", "nobody", "b1", "b1"]), [all[0], all[3]], "by id")
                try expect(try reader.breaks(ids: []), [], "by no id")
            }
        },
        Check("breaks are listed by what is asked, a page at a time") { store in
            let all = try fill(store)
            let rows: [(BreakFilter, [String])] = [
                (BreakFilter(), ["b1", "b2", "b3", "b4", "b5"]), (BreakFilter(limit: 2), ["b1", "b2"]),
                (BreakFilter(limit: -1), ["b1"]),
                (BreakFilter(after: BreakFilter.Position(all[1]), limit: 2), ["b3", "b4"]),
                (BreakFilter(after: BreakFilter.Position(firstSeenAt: all[1].firstSeenAt, id: "a"), limit: 1), ["b2"]),
                (BreakFilter(after: BreakFilter.Position(all[4])), []), (BreakFilter(hub: .anhui), ["b3"]),
                (BreakFilter(code: .missingAtHub), ["b2"]), (BreakFilter(states: [.closed, .accepted]), ["b4", "b5"]),
                (BreakFilter(states: []), []), (BreakFilter(caseID: "KY-1"), ["b5"]),
                (BreakFilter(caseID: "KY-2"), []),
            ]
            for (filter, wanted) in rows {
                let found = try store.readReconciliation { try $0.breaks(filter).map(\.id) }
                try expect(found, wanted, "breaks \(filter)")
            }
            let counts = try store.readReconciliation { try $0.breakCounts() }
            try expect(
                counts.map { "\($0.hub.text) \($0.code.rawValue) \($0.state.rawValue) \($0.count)" },
                [
                    "330000 R01 inFlight 1", "330000 R04 accepted 1", "330000 R04 closed 1", "330000 R04 open 1",
                    "340000 R04 open 1",
                ], "counts")
        },
        Check("steps are numbered, and tell how breaks stood at an instant") { store in
            let all = try fill(store)
            var moved = all[0]
            moved.state = .autoRepairing
            let later = moved
            try store.writeReconciliation {
                try $0.apply(
                    breaks: [later], events: [SampleReconciliation.event(later, from: .open, after: 30)])
            }
            try store.readReconciliation { reader in
                let life = try reader.breakEvents(of: "b1")
                try expect(life.map(\.event.to), [.detected, .open, .autoRepairing], "life")
                try expect(life[0].event, SampleReconciliation.event(all[0], to: .detected, after: 10), "step")
                try expect(life[0].hub, .zhejiang, "hub")
                try expect(try reader.breakEvents(of: "nobody"), [], "nobody's life")
                let steps = try reader.breakEvents(BreakEventFilter())
                try expect(steps.count, 11, "steps")
                try expect(steps.map(\.number), steps.map(\.number).sorted(), "order")
                try expect(
                    try reader.breakEvents(BreakEventFilter(after: steps[1].number, limit: 2)), Array(steps[2...3]),
                    "page")
                try expect(try reader.breakEvents(BreakEventFilter(hub: .anhui)).count, 2, "of a hub")
                let span = BreakEventFilter(from: SampleReconciliation.at(20), until: SampleReconciliation.at(30))
                try expect(try reader.breakEvents(span).count, 5, "of a span")
                let rows: [(Int64, RegionCode?, [BreakState])] = [
                    (10, nil, []), (11, nil, [.detected, .detected, .detected, .detected, .detected]),
                    (30, .zhejiang, [.open, .inFlight, .closed, .accepted]),
                    (31, .zhejiang, [.autoRepairing, .inFlight, .closed, .accepted]), (31, .anhui, [.open]),
                ]
                for (seconds, hub, wanted) in rows {
                    let found = try reader.lastBreakEvents(hub: hub, before: SampleReconciliation.at(seconds))
                    try expect(found.map(\.event.to), wanted, "before \(seconds)")
                }
            }
        },
        Check("a step that does not go on from where its break stands is refused") { store in
            let open = try fill(store)[0]
            var repairing = open
            repairing.state = .autoRepairing
            var foreign = open
            foreign.hub = .anhui
            var recoded = open
            recoded.finding.code = .ahead
            let new = SampleReconciliation.item(9)
            func event(_ item: Break, _ from: BreakState?, _ to: BreakState?, _ after: Int64) -> BreakEvent {
                SampleReconciliation.event(item, from: from, to: to, after: after)
            }
            let rows: [(String, [Break], [BreakEvent])] = [
                ("a state without a step", [repairing], []),
                ("a step from elsewhere", [repairing], [event(repairing, .assigned, nil, 0)]),
                ("a step from the beginning", [repairing], [event(repairing, nil, nil, 0)]),
                ("a step to elsewhere", [repairing], [event(open, .open, .assigned, 0)]),
                ("a broken chain", [repairing], [event(open, .open, .assigned, 0), event(repairing, .open, nil, 0)]),
                ("a step without its break", [], [event(repairing, .open, nil, 0)]),
                ("a new break without a step", [new], []), ("another hub", [foreign], []),
                ("another code", [recoded], []),
            ]
            for (what, breaks, events) in rows {
                try refuses(store, what) { try $0.apply(breaks: breaks, events: events) }
            }
            try store.readReconciliation { try expect(try $0.breakEvents(of: "b1").count, 2, "steps") }
            try store.writeReconciliation { transaction in
                try transaction.apply(breaks: [open], events: [])
                try transaction.apply(
                    breaks: [repairing],
                    events: [
                        event(open, .open, .assigned, 1), event(open, .assigned, .open, 2),
                        event(repairing, .open, nil, 3),
                    ])
            }
            try store.readReconciliation { try expect(try $0.breaks(ids: ["b1"]), [repairing], "moved") }
        },
    ]
}
