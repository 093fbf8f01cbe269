import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules

/// What is kept beside a case for its rules.
struct MemoryRules: Sendable {
    struct NoticeKey: Hashable, Sendable {
        let caseID: CaseID
        let kind: CaseNotice.Kind
        let subject: String
        let raisedAt: Instant
    }

    var bundles: [CaseID: String] = [:]
    var nextLooks: [CaseID: Instant] = [:]
    var notices: [NoticeKey: NoticeRow] = [:]
    var calendar: [UInt8]?

    /// Follows an event that became the case in force.
    mutating func follow(_ event: EventRecord) {
        if let bundle = event.bundleID { bundles[event.head.caseID] = bundle }
        nextLooks[event.head.caseID] = event.nextLookAt
    }
}

extension MemoryReading {
    func openNotices(_ id: CaseID) -> [NoticeRow] {
        contents.rules.notices.values.filter { $0.caseID == id && $0.clearedAt == nil }.sorted {
            ($0.raisedAt.epochMilliseconds, $0.kind.rawValue, $0.subject)
                < ($1.raisedAt.epochMilliseconds, $1.kind.rawValue, $1.subject)
        }
    }

    func notices(_ filter: NoticeFilter) -> [NoticeRow] {
        let wanted = contents.rules.notices.values.filter { row in
            (filter.includesCleared || row.clearedAt == nil) && (filter.kind.map { $0 == row.kind } ?? true)
                && (filter.severity.map { $0 == row.severity } ?? true)
                && (filter.origin.map { $0 == contents.events[row.caseID]?.last?.head.origin } ?? true)
        }.sorted {
            (-$0.raisedAt.epochMilliseconds, $0.caseID.text, $0.kind.rawValue, $0.subject)
                < (-$1.raisedAt.epochMilliseconds, $1.caseID.text, $1.kind.rawValue, $1.subject)
        }
        return Array(wanted.prefix(min(max(filter.limit, 1), 10_000)))
    }

    func noticeCounts() -> [NoticeCount] {
        Dictionary(grouping: contents.rules.notices.values.filter { $0.clearedAt == nil }) {
            [$0.kind.rawValue, $0.severity.rawValue]
        }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.compactMap { _, rows in
            rows.first.map { NoticeCount(kind: $0.kind, severity: $0.severity, count: rows.count) }
        }
    }

    func bundleMembers(_ bundleID: String, origin: RegionCode) -> [CaseID] {
        contents.rules.bundles.filter { id, bundle in
            bundle == bundleID && contents.events[id]?.last?.head.origin == origin
        }.keys.sorted()
    }

    func openBundleCount() -> Int {
        let open = contents.rules.bundles.compactMap { id, bundle -> [String]? in
            guard let head = contents.events[id]?.last?.head, !head.status.isFinal else { return nil }
            return [bundle, head.origin.text]
        }
        return Set(open).count
    }

    func casesToLookAt(by now: Instant, limit: Int) -> [CaseID] {
        let due = contents.rules.nextLooks.filter { $0.value <= now }
            .sorted { ($0.value.epochMilliseconds, $0.key.text) < ($1.value.epochMilliseconds, $1.key.text) }
        return due.prefix(limit).map(\.key)
    }

    func calendar() -> [UInt8]? { contents.rules.calendar }
}

extension MemoryTransaction {
    func upsert(_ notice: NoticeRow) {
        let key = MemoryRules.NoticeKey(
            caseID: notice.caseID, kind: notice.kind, subject: notice.subject, raisedAt: notice.raisedAt)
        if contents.rules.notices[key] == nil {
            contents.rules.notices[key] = notice
        } else {
            contents.rules.notices[key]?.clearedAt = notice.clearedAt
        }
    }

    func setNextLook(_ id: CaseID, at: Instant?) {
        if contents.events[id] != nil { contents.rules.nextLooks[id] = at }
    }

    func lookAtEveryOpenCase(at now: Instant) {
        for (id, events) in contents.events where events.last?.head.status.isFinal == false {
            contents.rules.nextLooks[id] = now
        }
    }

    func set(calendar: [UInt8], at now: Instant) { contents.rules.calendar = calendar }
}
