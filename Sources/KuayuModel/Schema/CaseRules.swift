/// The rules between fields of a canonical case.
///
/// Only what makes a case contradict itself is an error; what is merely unlikely (clocks of two systems that disagree,
/// a code that two parts of the case spell differently) is a warning.
enum CaseRules {
    /// Adds what the rules find.
    ///
    /// `isRegistered` says that the gateway has already set its fields.
    static func check(_ record: CaseRecord, isRegistered: Bool, into problems: inout [CaseProblem]) {
        let state = record[.status].flatMap(CaseState.init(rawValue:))
        if let state {
            checkOutcome(record, state, into: &problems)
            if isRegistered { checkEvents(record, state, into: &problems) }
            checkCollection(record, state, into: &problems)
            checkApplication(record, state, into: &problems)
        }
        checkPlaces(record, into: &problems)
        checkPairs(record, into: &problems)
        checkCommitments(record, into: &problems)
        checkTimes(record, into: &problems)
        checkTaskCode(record, into: &problems)
    }

    // MARK: Status and result

    private static func checkOutcome(_ record: CaseRecord, _ state: CaseState, into problems: inout [CaseProblem]) {
        guard let outcome = record[.outcome] else {
            if state == .closed {
                problems.append(
                    warning(
                        .outcome, "case.outcome-missing", "The case is closed but its result.outcome is not known.",
                        "Send the result with the last status."))
            }
            return
        }
        if !state.isDecided {
            problems.append(
                CaseProblem(
                    field: .outcome, path: Field.outcome.path, code: "case.outcome-early",
                    message: "result.outcome is known although the status is only \(state.rawValue).",
                    help: "Send the status that goes with the result, or leave the result out until it is decided."))
        } else if !goes(outcome, with: state) {
            problems.append(
                warning(
                    .outcome, "case.outcome-status",
                    "The outcome does not go with the status \(state.rawValue).",
                    "An early end has the outcome of the same name; a decision has granted, denied, forwarded or done.")
            )
        }
    }

    /// Whether an outcome belongs to a state.
    static func goes(_ outcome: String, with state: CaseState) -> Bool {
        switch state {
        case .notAccepted: outcome == "notAccepted"
        case .returned: outcome == "returned" || outcome == "supplementTimeout" || outcome == "forwarded"
        case .withdrawn: outcome == "withdrawn"
        case .voided: outcome == "voided"
        default: !["notAccepted", "returned", "withdrawn", "voided"].contains(outcome)
        }
    }

    private static func checkEvents(_ record: CaseRecord, _ state: CaseState, into problems: inout [CaseProblem]) {
        guard let last = record[.events].last?[.eventAction], last != state.rawValue,
            last != record.eventAction(of: state)
        else { return }
        problems.append(
            CaseProblem(
                field: .eventAction, path: "events[\(record[.events].count - 1)].action", code: "case.events-status",
                severity: .warning, message: "The last entry of events is not the status \(state.rawValue).",
                help: "The gateway keeps the entry that led to the status last."))
    }

    private static func checkCollection(_ record: CaseRecord, _ state: CaseState, into problems: inout [CaseProblem]) {
        guard record[.mode] == "collect", state.progress >= CaseState.collected.progress, !state.isFinal,
            record[.collectedDivision] == nil
        else { return }
        problems.append(
            warning(
                .collectedDivision, "case.collected-missing",
                "The papers of a case in mode collect are collected, but not where.",
                "Send the division that collected them."))
    }

    // MARK: Application

    private static let proactive = Field.named("proactive")

    /// What is granted without application begins with the authority, and its consent may come later; any other case has
    /// been applied for.
    private static func checkApplication(_ record: CaseRecord, _ state: CaseState, into problems: inout [CaseProblem]) {
        guard record[proactive] != "true", record[appliedAt] == nil, state.progress >= CaseState.accepted.progress,
            let first = record[.events].first?[.eventAction].flatMap(CaseState.init(rawValue:)),
            first.progress >= CaseState.accepted.progress,
            !record[.events].contains(where: { $0[.eventAction] == CaseState.submitted.rawValue })
        else { return }
        problems.append(
            warning(
                appliedAt, "case.application-missing",
                "The case begins in \(first.rawValue), without an application.",
                "Send appliedAt; a case granted without application (免申即享) is marked proactive."))
    }

    // MARK: Places

    private static func checkPlaces(_ record: CaseRecord, into problems: inout [CaseProblem]) {
        let count = record[.handling].count
        if count == 0 {
            problems.append(
                CaseProblem(
                    field: nil, path: ListField.handling.path, code: "case.required",
                    message: "places.handling (受理地) is empty; a case needs a region in charge.",
                    help: "Send the division in charge; in mode joint the lead comes first."))
        } else if count > 1, let mode = record[.mode], mode != "joint" {
            problems.append(
                CaseProblem(
                    field: nil, path: ListField.handling.path, code: "case.handling-many",
                    message: "places.handling has \(count) entries although the mode is \(mode).",
                    help: "Only mode joint has several regions in charge."))
        } else if count == 1, record[.mode] == "joint" {
            problems.append(
                CaseProblem(
                    field: nil, path: ListField.handling.path, code: "case.handling-one", severity: .warning,
                    message: "The mode is joint but only one region is in charge.",
                    help: "Send every region in charge, the lead first."))
        }
    }

    // MARK: Fields that go together

    private static let pairs: [(Field, Field)] = [
        (.named("limits.statutory.amount"), .named("limits.statutory.unit")),
        (.named("limits.promised.amount"), .named("limits.promised.unit")),
        (.statusRawTable, .statusRawCode),
        (.named("applicant.legalRepresentative.idType"), .named("applicant.legalRepresentative.idNumber")),
        (.named("applicant.agent.idType"), .named("applicant.agent.idNumber")),
    ]

    private static func checkPairs(_ record: CaseRecord, into problems: inout [CaseProblem]) {
        for (first, second) in pairs where (record[first] == nil) != (record[second] == nil) {
            let present = record[first] == nil ? second : first
            let absent = record[first] == nil ? first : second
            problems.append(
                warning(
                    absent, "case.half-pair", "\(absent.path) is missing beside \(present.path).",
                    "One says little without the other; send both."))
        }
    }

    private static let taskCode = Field.named("item.taskCode")

    private static func checkTaskCode(_ record: CaseRecord, into problems: inout [CaseProblem]) {
        guard let task = record[taskCode], let catalog = record[.catalogCode], task.utf8.count == 31,
            !task.utf8.dropFirst(19).elementsEqual(catalog.utf8)
        else { return }
        problems.append(
            warning(
                taskCode, "case.task-catalog", "item.taskCode does not end in item.catalogCode.",
                "Check which of the two is right."))
    }

    // MARK: Times

    private static let commitmentDue = Field.named("commitments[].dueAt")
    private static let commitments = ListField.named("commitments")

    private static func checkCommitments(_ record: CaseRecord, into problems: inout [CaseProblem]) {
        let rows = record[commitments]
        guard !rows.isEmpty, let due = record[.dueAt] else { return }
        for (index, row) in rows.enumerated() where isLater(row[commitmentDue], than: due) {
            problems.append(
                CaseProblem(
                    field: commitmentDue, path: "commitments[\(index)].dueAt", code: "case.commitment-late",
                    message: "commitments[\(index)].dueAt is later than the case's own dueAt.",
                    help: "What is owed must be handed in before the case is due."))
        }
    }

    private static let appliedAt = Field.named("appliedAt")
    private static let scalarOrder: [(Field, Field)] = [
        (appliedAt, .startedAt), (.startedAt, .dueAt), (.startedAt, .decidedAt), (appliedAt, .decidedAt),
        (.named("delivery.sentAt"), .named("delivery.signedAt")),
    ]
    private static let rowOrder: [(ListField, Field, Field)] = [
        order("pauses", "from", "to"), order("events", "startedAt", "endedAt"),
        order("special", "startedAt", "endedAt"), order("supplements", "requestedAt", "answeredAt"),
        order("commitments", "madeAt", "fulfilledAt"), order("result.licences", "validFrom", "validTo"),
        order("materials", "logistics.sentAt", "logistics.receivedAt"),
    ]

    private static func order(_ list: String, _ first: String, _ second: String) -> (ListField, Field, Field) {
        (.named(list), .named("\(list)[].\(first)"), .named("\(list)[].\(second)"))
    }

    private static func checkTimes(_ record: CaseRecord, into problems: inout [CaseProblem]) {
        let isProactive = record[proactive] == "true"
        for (first, second) in scalarOrder where !(isProactive && first == appliedAt) {
            if let start = record[first], isLater(start, than: record[second]) {
                problems.append(timeOrder(second, second.path, first.path))
            }
        }
        for (list, first, second) in rowOrder {
            let rows = record[list]
            for index in rows.indices {
                guard let start = rows[index][first], isLater(start, than: rows[index][second]) else { continue }
                problems.append(timeOrder(second, CaseValidation.path(second, row: index), "its beginning"))
            }
        }
    }

    /// Texts of one spelling and one offset compare as instants do.
    private static func isLater(_ first: String?, than second: String?) -> Bool {
        guard let first, let second, first.utf8.count == second.utf8.count else { return false }
        return first > second
    }

    private static func timeOrder(_ field: Field, _ path: String, _ before: String) -> CaseProblem {
        CaseProblem(
            field: field, path: path, code: "case.time-order", severity: .warning,
            message: "\(path) is earlier than \(before).", help: "Check the clock of the sending system.")
    }

    private static func warning(_ field: Field, _ code: String, _ message: String, _ help: String) -> CaseProblem {
        CaseProblem(field: field, path: field.path, code: code, severity: .warning, message: message, help: help)
    }
}
