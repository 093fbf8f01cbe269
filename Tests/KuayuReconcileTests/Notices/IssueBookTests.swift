import KuayuModel
import KuayuReconcile
import Testing

@Suite struct IssueBookTests {
    let hub = RegionCode.anhui
    let start = Instant(epochSeconds: 1_795_500_000)

    private func look(_ groups: [IssueGroup], _ open: [BreakCode: Int], after seconds: Int64) -> IssueBook.Change {
        IssueBook.update(groups, hub: hub, open: open, now: start.adding(milliseconds: seconds * 1_000))
    }

    /// What was open at each look, and what was told.
    @Test(arguments: [
        ([0], []),
        ([1], [IssueNotice.Kind.opened]),
        ([1, 1, 9], [.opened]),
        ([1, 10], [.opened, .grew]),
        ([5, 49, 50, 51], [.opened, .grew]),
        ([5, 0], [.opened, .closed]),
        ([5, 0, 5], [.opened, .closed, .opened]),
        ([1, 10, 99, 100, 0, 0], [.opened, .grew, .grew, .closed]),
    ])
    func tellsOnceAndCounts(counts: [Int], kinds: [IssueNotice.Kind]) {
        var groups: [String: IssueGroup] = [:]
        var told: [IssueNotice] = []
        for (index, count) in counts.enumerated() {
            let change = look(groups.values.filter { $0.closedAt == nil }, [.behind: count], after: Int64(index))
            for group in change.groups { groups[group.key] = group }
            told += change.notices
        }
        #expect(told.map(\.kind) == kinds)
        #expect(Set(told.map(\.id)).count == told.count)
    }

    @Test func countsWithoutTelling() {
        let first = look([], [.missingAtHub: 2], after: 0)
        let second = look(first.groups, [.missingAtHub: 7], after: 1)
        #expect(second.notices.isEmpty)
        #expect(second.groups.map(\.count) == [7])
        #expect(second.groups.map(\.peak) == [7])
        let third = look(second.groups, [.missingAtHub: 3], after: 2)
        #expect(third.groups.map(\.peak) == [7])
    }

    @Test func leavesIssuesOfOtherHubsAlone() {
        var other = look([], [.ahead: 1], after: 0).groups[0]
        other.hub = .shanghai
        let change = look([other], [.ahead: 1], after: 1)
        #expect(change.notices.map(\.kind) == [.opened])
    }

    @Test func saysNumbersAndCodesOnly() {
        let notice = look([], [.behind: 3], after: 0).notices[0]
        #expect(notice.subject == "[跨域办对账] 安徽 R04 状态滞后：3 件 / 3 open")
        let body = String(decoding: notice.json, as: UTF8.self)
        #expect(body.hasPrefix(#"{"type":"issue.opened","timestamp":""#))
        #expect(body.contains(#""issue":"340000-R04","hub":"340000","code":"R04","name":"BEHIND""#))
        #expect(notice.text.contains("kuayu reconcile breaks --hub 340000 --code R04"))
    }
}
