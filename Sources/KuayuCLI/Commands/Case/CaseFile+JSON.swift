import KuayuAdapters
import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules

// For programs.
extension CaseFile {
    var json: JSONOutput {
        .object([
            ("case", .raw(CaseDocument.encode(record))), ("level", .text(insight.level.rawValue)),
            ("clock", Self.json(insight.clock)), ("notices", .array(insight.notices.map(Self.json))),
            ("bundle", insight.bundle.map(Self.json) ?? .null), ("withheld", withheldJSON),
            ("events", .array(events.map(Self.json))), ("messages", .array(messages.map(Self.json))),
            (
                "deliveries",
                .array(
                    deliveries.map {
                        .object([
                            ("delivery", DeliveryText.json($0.row)),
                            ("attempts", .array($0.attempts.map(Self.json))),
                        ])
                    })
            ),
        ])
    }

    private static func json(_ clock: ClockReading) -> JSONOutput {
        let state =
            switch clock.state {
            case .notStarted: "notStarted"
            case .running: "running"
            case .paused: "paused"
            case .stopped: "stopped"
            }
        var cause: String?
        if case .paused(let why) = clock.state { cause = why.rawValue }
        return .object([
            ("state", .text(state)), ("pauseCause", .optional(cause)), ("unit", .text(clock.unit.rawValue)),
            ("limit", clock.limit.map { .number(Int64($0.amount)) } ?? .null), ("used", .number(Int64(clock.used))),
            ("remaining", clock.remaining.map { .number(Int64($0)) } ?? .null),
            ("startedAt", .optional(clock.startedAt?.canonical)), ("stoppedAt", .optional(clock.stoppedAt?.canonical)),
            ("dueAt", .optional(clock.dueAt?.canonical)), ("declaredDueAt", .optional(clock.declaredDueAt?.canonical)),
            ("provisional", .bool(clock.isProvisional)), ("warning", .text(clock.warning.rawValue)),
            ("nextChangeAt", .optional(clock.nextChangeAt?.canonical)),
        ])
    }

    private static func json(_ notice: CaseInsight.Notice) -> JSONOutput {
        .object([
            ("kind", .text(notice.kind.rawValue)), ("subject", .text(notice.subject)),
            ("severity", .text(notice.severity.rawValue)), ("since", .text(notice.since.canonical)),
            ("recorded", .bool(notice.isRecorded)), ("chinese", .text(notice.chinese)),
            ("english", .text(notice.english)),
        ])
    }

    private static func json(_ bundle: BundleView) -> JSONOutput {
        let tenOnes = TenOnes(bundle)
        return .object([
            ("number", .optional(tenOnes.number)), ("theme", .optional(bundle.theme?.id)),
            ("main", .optional(bundle.main?.caseID?.text)), ("closed", .bool(bundle.isClosed)),
            ("children", .array(bundle.children.map(json))),
            (
                "tenOnes",
                .array(
                    tenOnes.checks.map {
                        .object([
                            ("key", .text($0.key.rawValue)), ("name", .text($0.key.name)),
                            ("verdict", .text($0.verdict.rawValue)), ("chinese", .text($0.chinese)),
                            ("english", .text($0.english)),
                        ])
                    })
            ),
        ])
    }

    private static func json(_ child: BundleView.Child) -> JSONOutput {
        var others: [String] = []
        var outcome: String?
        let standing: String
        switch child.standing {
        case .waiting(let names): (standing, others) = ("waiting", names)
        case .blocked(let names): (standing, others) = ("blocked", names)
        case .circular(let names): (standing, others) = ("circular", names)
        case .ready: standing = "ready"
        case .open: standing = "open"
        case .ended(let end): (standing, outcome) = ("ended", end)
        }
        return .object([
            ("name", .text(child.name)), ("case", .optional(child.caseID?.text)),
            ("status", .text(child.state.rawValue)), ("standing", .text(standing)),
            ("for", .array(others.map { .text($0) })), ("outcome", .optional(outcome)),
        ])
    }

    private var withheldJSON: JSONOutput {
        guard case .known(let rows) = release else { return .null }
        return .array(
            rows.map {
                .object([
                    ("hub", .text($0.hub.text)), ("level", .text($0.level.rawValue)),
                    ("paths", .array($0.paths.map { .text($0) })),
                ])
            })
    }

    private static func json(_ event: EventRecord) -> JSONOutput {
        .object([
            ("version", .number(Int64(event.head.version))), ("kind", .text(event.kind.rawValue)),
            ("status", .text(event.head.status.rawValue)), ("author", .optional(event.author?.text)),
            ("at", .text(event.at.canonical)), ("raw", .optional(event.raw)), ("note", .text(event.note)),
        ])
    }

    private static func json(_ message: MessageRecord) -> JSONOutput {
        .object([
            ("message", .text(message.id)), ("sender", .text(message.sender.text)),
            ("outcome", .text(message.outcome.rawValue)), ("receivedAt", .text(message.receivedAt.canonical)),
            ("receipt", .text(String(decoding: message.receipt, as: UTF8.self))),
        ])
    }

    private static func json(_ attempt: AttemptRow) -> JSONOutput {
        .object([
            ("number", .number(Int64(attempt.number))), ("startedAt", .text(attempt.startedAt.canonical)),
            ("endedAt", .optional(attempt.endedAt?.canonical)), ("outcome", .optional(attempt.outcome)),
            ("detail", .optional(attempt.detail)),
        ])
    }
}
