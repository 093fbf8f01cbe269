import KuayuModel
import KuayuRules

/// Deliberately broken rules of the case.
///
/// Each must be caught by the judge, or a green run proves nothing.
public enum CaseMutant: String, CaseIterable, Hashable, Sendable {
    /// Does not end a pause when the case goes on.
    case leavesPausesOpen
    /// Follows a report that goes back.
    case goesBack
    /// Follows a report after the end.
    case reopensWhatHasEnded
    /// Lets anybody report any state.
    case asksNobody
    /// Tells the lead's result of a joint case before the others have ended.
    case tellsTheResultEarly
    /// Changes a case without a version of its own when the state stays.
    case forgetsToCount
    /// Closes a bundle with its first child.
    case closesTheBundleEarly
    /// Hands a child on before what it waits for.
    case releasesTooEarly
}

/// The merge as the simulation drives it: the real one, or one of its broken relatives.
struct MergeUnderTest {
    let mutant: CaseMutant?

    /// What a message did.
    struct Outcome {
        var record: CaseRecord
        /// Whether it is an event: a change, or a report without effect.
        var isEvent: Bool
    }

    func merge(
        _ document: CaseRecord, into record: CaseRecord, by reporter: CaseMerge.Reporter, now: Instant
    ) -> Outcome {
        let merge = CaseMerge(document, into: record, by: reporter, now: now)
        var outcome = Outcome(record: merge.record, isEvent: merge.isChange || merge.hasForeignParts)
        switch (mutant, merge.move) {
        case (.leavesPausesOpen, .moves):
            outcome.record.update(CaseNames.pauses) { rows in
                for index in rows.indices { rows[index][CaseNames.pauseTo] = nil }
            }
        case (.goesBack, .noEffect(.backwards)), (.reopensWhatHasEnded, .noEffect(.final)),
            (.asksNobody, .noEffect(.notYours)), (.tellsTheResultEarly, .branch):
            outcome.record[.status] = document[.status]
        case (.forgetsToCount, .stays): outcome.isEvent = false
        default: break
        }
        return outcome
    }
}

/// Fields that the simulation speaks of.
enum CaseNames {
    static let pauses = ListField.named("pauses")
    static let pauseFrom = Field.named("pauses[].from")
    static let pauseTo = Field.named("pauses[].to")
    static let pauseCause = Field.named("pauses[].cause")
    static let extensions = ListField.named("extensions")
    static let supplements = ListField.named("supplements")
    static let commitments = ListField.named("commitments")
    static let fulfilledAt = Field.named("commitments[].fulfilledAt")
    static let appliedAt = Field.named("appliedAt")
    static let description = Field.named("result.description")
    static let bundleRole = Field.named("bundle.role")
    static let idNumber = Field.named("applicant.idNumber")

    static func row(_ list: ListField, _ values: KeyValuePairs<String, String?>) -> CaseRow {
        var row = CaseRow(list)
        for (name, value) in values { row[.named("\(list.path)[].\(name)")] = value }
        return row
    }
}
