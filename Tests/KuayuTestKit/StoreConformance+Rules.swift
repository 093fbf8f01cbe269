import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules

extension StoreConformance {
    private static func time(_ seconds: Int64) -> Instant { SampleRows.start.adding(milliseconds: seconds * 1000) }

    private static func notice(
        _ number: Int, _ kind: CaseNotice.Kind = .owedReminder, subject: String = "", after seconds: Int64 = 0,
        severity: CaseNotice.Severity = .warning
    ) -> NoticeRow {
        NoticeRow(
            caseID: SampleRows.caseID(number), kind: kind, subject: subject, severity: severity,
            raisedAt: time(seconds), chinese: "提醒", english: "a reminder")
    }

    private static func event(
        _ number: Int, version: Int = 1, status: CaseState = .submitted, bundle: String? = nil, look: Instant? = nil
    ) -> EventRecord {
        var event = SampleRows.event(SampleRows.head(SampleRows.caseID(number), version: version, status: status))
        event.bundleID = bundle
        event.nextLookAt = look
        return event
    }

    static let rules = [
        Check("a notice stands until it is cleared, and stays on record") { store in
            let first = notice(1, after: 1)
            let second = notice(1, .clockRed, after: 2, severity: .alarm)
            let other = notice(2, after: 3)
            try store.write { transaction in
                try transaction.insert(event(1))
                try transaction.insert(event(2))
                for row in [second, first, other] { try transaction.upsert(row) }
            }
            try expect(try store.read { try $0.openNotices(first.caseID) }, [first, second], "standing")
            var cleared = first
            cleared.clearedAt = time(9)
            try writing(on: store, { try $0.upsert(cleared) }) { reader in
                try expect(try reader.openNotices(first.caseID), [second], "standing after one was cleared")
                try expect(try reader.notices(NoticeFilter()), [other, second], "standing notices, newest first")
                try expect(
                    try reader.notices(NoticeFilter(includesCleared: true)), [other, second, cleared], "all notices")
                try expect(try reader.notices(NoticeFilter(kind: .clockRed)), [second], "by kind")
                try expect(try reader.notices(NoticeFilter(severity: .warning)), [other], "by severity")
                try expect(try reader.notices(NoticeFilter(origin: .anhui)), [], "by another origin")
                try expect(try reader.notices(NoticeFilter(limit: 1)), [other], "at most one")
                try expect(
                    try reader.noticeCounts(),
                    [
                        NoticeCount(kind: .clockRed, severity: .alarm, count: 1),
                        NoticeCount(kind: .owedReminder, severity: .warning, count: 1),
                    ], "counts")
            }
        },
        Check("a notice that comes back is another one") { store in
            var first = notice(1, subject: "M1", after: 1)
            first.clearedAt = time(2)
            let again = notice(1, subject: "M1", after: 3)
            try writing(
                on: store,
                { transaction in
                    try transaction.insert(event(1))
                    try transaction.upsert(first)
                    try transaction.upsert(again)
                }
            ) { reader in
                try expect(try reader.openNotices(first.caseID), [again], "standing")
                try expect(try reader.notices(NoticeFilter(includesCleared: true)), [again, first], "all")
            }
        },
        Check("a bundle's members are those of its origin, and stay when a later event does not name it") { store in
            try store.write { transaction in
                try transaction.insert(event(1, bundle: "B"))
                try transaction.insert(event(2, bundle: "B"))
                try transaction.insert(event(3, bundle: "C"))
                try transaction.insert(event(4))
                try transaction.insert(event(2, version: 2, status: .closed))
            }
            try store.write { try $0.insert(event(3, version: 2, status: .withdrawn)) }
            let origin = SampleRows.head(SampleRows.caseID(1)).origin
            let ids = [SampleRows.caseID(1), SampleRows.caseID(2)]
            try expect(try store.read { try $0.bundleMembers("B", origin: origin) }, ids, "members")
            try expect(try store.read { try $0.bundleMembers("B", origin: .anhui) }, [], "another origin's bundle")
            try expect(try store.read { try $0.openBundleCount() }, 1, "open bundles")
        },
        Check("cases are looked at when their time has come, the longest overdue first") { store in
            try store.write { transaction in
                try transaction.insert(event(1, look: time(5)))
                try transaction.insert(event(2, look: time(3)))
                try transaction.insert(event(3))
                try transaction.insert(event(4, status: .closed))
            }
            let ids = (1...4).map { SampleRows.caseID($0) }
            try expect(try store.read { try $0.casesToLookAt(by: time(2), limit: 9) }, [], "too early")
            try expect(
                try store.read { try $0.casesToLookAt(by: time(3), limit: 9) }, [ids[1]], "the first")
            try expect(
                try store.read { try $0.casesToLookAt(by: time(9), limit: 9) }, [ids[1], ids[0]], "both")
            try expect(
                try store.read { try $0.casesToLookAt(by: time(9), limit: 1) }, [ids[1]], "at most one")
            try store.write { transaction in
                try transaction.setNextLook(ids[1], at: nil)
                try transaction.insert(event(1, version: 2, look: time(20)))
            }
            try expect(try store.read { try $0.casesToLookAt(by: time(9), limit: 9) }, [], "moved")
            try store.write { try $0.lookAtEveryOpenCase(at: time(8)) }
            try expect(
                try store.read { try $0.casesToLookAt(by: time(8), limit: 9) }, Array(ids[0...2]),
                "every open case")
        },
        Check("the last calendar is kept") { store in
            try expect(try store.read { try $0.calendar() }, nil, "none yet")
            try store.write { try $0.set(calendar: [1], at: time(1)) }
            try writing(on: store, { try $0.set(calendar: [0, 255], at: time(2)) }) { reader in
                try expect(try reader.calendar(), [0, 255], "the calendar")
            }
        },
        Check("an event keeps the sender's raw code") { store in
            var told = event(1)
            told.raw = "办结|不通过"
            try writing(on: store, { try $0.insert(told) }) { reader in
                try expect(try reader.caseInForce(told.head.caseID)?.raw, "办结|不通过", "raw code")
            }
        },
    ]
}
