import KuayuGateway
import KuayuModel
import KuayuReconcile

extension ReconcileStoreConformance {
    static let days = [
        Check("days that agreed are kept once each") { store in
            func day(_ number: Int, _ count: UInt64, lane: Lane = .in) -> AgreedDay {
                AgreedDay(
                    hub: .zhejiang, lane: lane, day: number,
                    total: Accumulator(count: count, sum: ElementID(count, 0, 1, .max)), run: "RC-1",
                    at: SampleReconciliation.at())
            }
            try store.writeReconciliation { try $0.upsert([day(2, 1), day(1, .max), day(1, 3, lane: .out)]) }
            try store.writeReconciliation { try $0.upsert([day(2, 5)]) }
            try store.readReconciliation { reader in
                try expect(try reader.agreedDays(hub: .zhejiang, lane: .in), [day(1, .max), day(2, 5)], "in")
                try expect(try reader.agreedDays(hub: .zhejiang, lane: .out), [day(1, 3, lane: .out)], "out")
                try expect(try reader.agreedDays(hub: .anhui, lane: .in), [], "elsewhere")
            }
        },
        Check("a report replaces the one of its hub and day") { store in
            let second = SampleReconciliation.report("{2}")
            let all = SampleReconciliation.report("{3}", hub: nil)
            let next = SampleReconciliation.report("{4}", day: SampleReconciliation.day(1))
            try store.writeReconciliation { transaction in
                try transaction.upsert(SampleReconciliation.report("{1}"))
                for report in [second, all, next] { try transaction.upsert(report) }
            }
            try store.readReconciliation { reader in
                let today = SampleReconciliation.day()
                try expect(try reader.report(hub: .zhejiang, day: today), second, "report")
                try expect(try reader.report(hub: nil, day: today), all, "report of all")
                try expect(try reader.report(hub: .anhui, day: today), nil, "unknown report")
                let list = try reader.reports(before: nil, limit: 9)
                try expect(list.map(\.digest), [next, all, second].map(\.digest), "list")
                try expect(list.allSatisfy(\.bytes.isEmpty), true, "no bytes in a list")
                try expect(
                    try reader.reports(before: SampleReconciliation.day(1), limit: 1).map(\.digest), [all.digest],
                    "page")
            }
        },
        Check("two persons sign one report, which is then frozen") { store in
            let signed = SampleReconciliation.signOff("Wang", "li")
            try refuses(store, "a report that is not stored") { try $0.upsert(SampleReconciliation.signOff("wang")) }
            try store.writeReconciliation { try $0.upsert(SampleReconciliation.report()) }
            try refuses(store, "another report") { try $0.upsert(SampleReconciliation.signOff("wang", report: "x")) }
            try refuses(store, "two at once") { try $0.upsert(signed) }
            try store.writeReconciliation { try $0.upsert(SampleReconciliation.signOff("zhao")) }
            try store.writeReconciliation { try $0.upsert(SampleReconciliation.signOff(nil)) }
            let none = try store.readReconciliation { try $0.signOff(hub: .zhejiang, day: SampleReconciliation.day()) }
            try expect(none, nil, "withdrawn")
            try store.writeReconciliation { try $0.upsert(SampleReconciliation.signOff("Wang")) }
            try refuses(store, "one person twice") { try $0.upsert(SampleReconciliation.signOff("Wang", " wang")) }
            try refuses(store, "another first") { try $0.upsert(SampleReconciliation.signOff("zhao", "li")) }
            try store.writeReconciliation { try $0.upsert(signed) }
            try refuses(store, "a third") { try $0.upsert(SampleReconciliation.signOff("Wang", "qian")) }
            try refuses(store, "taking back") { try $0.upsert(SampleReconciliation.signOff(nil)) }
            try refuses(store, "another report after") { try $0.upsert(SampleReconciliation.report("{9}")) }
            try store.writeReconciliation { try $0.upsert(SampleReconciliation.report()) }
            try store.readReconciliation { reader in
                try expect(try reader.signOff(hub: .zhejiang, day: SampleReconciliation.day()), signed, "signatures")
                try expect(try reader.signOffs(hub: .zhejiang, limit: 9), [signed], "list")
                try expect(try reader.signOffs(hub: .anhui, limit: 9), [], "elsewhere")
            }
        },
    ]

    static let repairs = [
        Check("a plan is kept once, with the first outcome of each step") { store in
            let plan = SampleReconciliation.plan("RC-1")
            let id = plan.plan.id
            var again = plan
            again.by = "li"
            let second = again
            let first = KeptRepairStep(step: 0, outcome: .failed("timeout"), at: SampleReconciliation.at(1))
            let done = KeptRepairStep(step: 1, outcome: .done, at: SampleReconciliation.at(2))
            try refuses(store, "a step of nothing") { try $0.insert(first, plan: id) }
            try refuses(store, "the end of nothing") { try $0.endRepairPlan(id, at: SampleReconciliation.at()) }
            try store.writeReconciliation { transaction in
                try transaction.insert(plan)
                try transaction.insert(done, plan: id)
                try transaction.insert(first, plan: id)
                try transaction.insert(second)
                try transaction.insert(
                    KeptRepairStep(step: 0, outcome: .done, at: SampleReconciliation.at(9)), plan: id)
            }
            try store.readReconciliation { try expect(try $0.repairPlan(id), plan, "plan") }
            try store.readReconciliation { try expect(try $0.repairPlan("x"), nil, "unknown plan") }
            try store.readReconciliation { try expect(try $0.repairSteps(plan: id), [first, done], "steps") }
            try store.readReconciliation { try expect(try $0.repairSteps(plan: "x"), [], "steps of nothing") }
            try store.writeReconciliation { transaction in
                try transaction.endRepairPlan(id, at: SampleReconciliation.at(3))
                try transaction.endRepairPlan(id, at: SampleReconciliation.at(4))
            }
            let ended = try store.readReconciliation { try $0.repairPlan(id)?.endedAt }
            try expect(ended, SampleReconciliation.at(3), "end")
        },
        Check("plans that have not ended are found, the oldest first") { store in
            let plans = [
                SampleReconciliation.plan("RC-1", begunAt: SampleReconciliation.at(2)),
                SampleReconciliation.plan("RC-2", begunAt: SampleReconciliation.at(1)),
                SampleReconciliation.plan("RC-3", hub: .anhui, begunAt: SampleReconciliation.at(3)),
            ]
            try store.writeReconciliation { transaction in
                for plan in plans { try transaction.insert(plan) }
                try transaction.endRepairPlan(plans[2].plan.id, at: SampleReconciliation.at(9))
            }
            try store.readReconciliation { reader in
                try expect(try reader.openRepairPlans(), [plans[1], plans[0]], "open")
                try expect(
                    try reader.repairPlans(hub: .zhejiang, limit: 9).map(\.plan.run), ["RC-1", "RC-2"], "of a hub")
                try expect(try reader.repairPlans(hub: nil, limit: 1).map(\.plan.run), ["RC-3"], "latest")
            }
        },
    ]

    static let issues = [
        Check("one issue of a key stands at a time; closed ones stay") { store in
            let closed = SampleReconciliation.group(closedAt: SampleReconciliation.at(60), count: 0)
            let next = SampleReconciliation.group(openedAt: SampleReconciliation.at(70))
            let other = SampleReconciliation.group(.orphan)
            try store.writeReconciliation { try $0.upsert(SampleReconciliation.group()) }
            try refuses(store, "a second issue") { try $0.upsert(next) }
            try store.writeReconciliation { transaction in
                for group in [closed, next, other] { try transaction.upsert(group) }
            }
            try store.readReconciliation { reader in
                try expect(try reader.openIssueGroups(hub: .zhejiang), [next, other], "open")
                try expect(try reader.issueGroups(hub: nil, limit: 9), [next, closed, other], "all")
                try expect(try reader.issueGroups(hub: .anhui, limit: 9), [], "elsewhere")
            }
        },
        Check("a notice waits for each channel until it was sent there") { store in
            let group = SampleReconciliation.group()
            let first = IssueNotice(kind: .opened, group: group, at: SampleReconciliation.at())
            var later = group
            later.sequence += 1
            later.closedAt = SampleReconciliation.at(9)
            let second = IssueNotice(kind: .closed, group: later, at: SampleReconciliation.at(9))
            try store.writeReconciliation { transaction in
                for notice in [first, second, first] { try transaction.insert(notice) }
                try transaction.setSent(notice: first.id, channel: "mail", at: SampleReconciliation.at(10))
                try transaction.setSent(notice: first.id, channel: "mail", at: SampleReconciliation.at(11))
            }
            try store.readReconciliation { reader in
                try expect(try reader.unsentNotices(channel: "mail", limit: 9), [second], "mail")
                try expect(try reader.unsentNotices(channel: "webhook", limit: 9), [first, second], "webhook")
                try expect(try reader.unsentNotices(channel: "webhook", limit: 1), [first], "page")
            }
        },
    ]
}
